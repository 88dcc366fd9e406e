// SPDX-License-Identifier: Apache-2.0

internal import ScrapeServing
internal import SocketStatistics

/// What the landing page shows of the sockets: the counts of now, or why there are none.
enum CountsPage {
    /// - Parameters:
    ///   - scan: The scan; nil where there was none.
    ///   - choice: Which source it came from, and why.
    static func html(_ scan: Result<Scan<TCPStatistics>, any Error>?, _ choice: SourceChoice?) -> String {
        switch scan {
        case .success(let scan):
            """
            <h2>TCP sockets now</h2>
            \(table(StatesTable(scan.statistics)))
            <p>\(escaped(origin(scan, choice)))</p>
            """
        case .failure(let error):
            "<h2>TCP sockets now</h2>\n<p>The sockets could not be counted: \(escaped("\(error)"))</p>"
        case nil:
            ""
        }
    }

    private static func origin(_ scan: Scan<TCPStatistics>, _ choice: SourceChoice?) -> String {
        let microseconds = Int(scan.duration / .microseconds(1))
        let reason = choice.map { " (\($0.reason))" } ?? ""
        return "Counted in \(Double(microseconds) / 1000) ms from \(scan.source)\(reason)."
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

    private static func escaped(_ text: String) -> String { LandingPage.escaped(text) }
}
