// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// The page at `/`: what this is, where the metrics are, and the counts of now.
struct LandingPage: Sendable {
    var build = BuildInformation.current
    var telemetryPath: String

    func html(_ readings: Readings) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>socket_exporter</title>
        <style>
        body { font-family: sans-serif; margin: 2em; color: #222; background: #fff; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: 0.2em 0.8em; text-align: right; border-bottom: 1px solid #ddd; }
        th:first-child { text-align: left; font-weight: normal; }
        thead th, tfoot th, tfoot td { font-weight: bold; }
        </style>
        </head>
        <body>
        <h1>socket_exporter</h1>
        <p>Prometheus exporter of TCP socket statistics. Version \(Self.escaped(build.version)), \
        revision \(Self.escaped(build.revision)).</p>
        <ul>
        <li><a href="\(Self.escaped(relativeTelemetryPath))">Metrics</a></li>
        <li><a href="-/healthy">Health</a></li>
        <li><a href="-/ready">Readiness</a></li>
        </ul>
        <h2>TCP sockets now</h2>
        \(counts(readings))
        </body>
        </html>

        """
    }

    /// Relative, for proxies that put the exporter under a path of theirs.
    private var relativeTelemetryPath: String {
        String(telemetryPath.dropFirst())
    }

    private func counts(_ readings: Readings) -> String {
        switch readings.tcp.outcome {
        case .success(let result):
            return Self.table(StatesTable(result.scan.statistics)) + "\n<p>\(Self.escaped(Self.origin(result)))</p>"
        case .failure(let error):
            return "<p>The sockets could not be counted: \(Self.escaped("\(error)"))</p>"
        }
    }

    private static func origin(_ result: SourceSelector.Result) -> String {
        let microseconds = Int(result.scan.duration / .microseconds(1))
        return
            "Counted in \(Double(microseconds) / 1000) ms from \(result.choice.source.description) (\(result.choice.reason))."
    }

    private static func table(_ table: StatesTable) -> String {
        let header = table.header.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
        let body = table.rows.map { "<tr>\(row($0))</tr>" }.joined(separator: "\n")
        return """
            <table>
            <thead><tr>\(header)</tr></thead>
            <tbody>
            \(body)
            </tbody>
            <tfoot><tr>\(row(table.totals))</tr></tfoot>
            </table>
            """
    }

    private static func row(_ cells: [String]) -> String {
        cells.enumerated().map { column, cell in
            column == 0 ? "<th scope=\"row\">\(escaped(cell))</th>" : "<td>\(escaped(cell))</td>"
        }.joined()
    }

    static func escaped(_ text: String) -> String {
        // By scalars: a sign with an accent on it is another character and still ends an attribute.
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
