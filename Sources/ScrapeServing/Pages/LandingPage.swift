// SPDX-License-Identifier: Apache-2.0

public import Exposition

/// The page at `/`: what this is, where the metrics are, and what else its program shows.
public struct LandingPage: Sendable {
    /// A link to another page.
    public struct Link: Hashable, Sendable {
        /// What the link says.
        public var text: String
        /// Where it leads. Best relative to the page: a proxy may put the server under a path of its own.
        public var target: String

        /// Creates a link.
        public init(_ text: String, to target: String) {
            self.text = text
            self.target = target
        }
    }

    /// The heading, for example the name of the program.
    public var title: String
    /// A sentence below the heading; empty for none.
    public var description: String
    /// Links after those to the metrics and to the health of the server.
    public var links: [Link]
    /// Makes HTML of what was gathered for this page, to stand below the links. It puts texts through ``escaped(_:)``.
    ///
    /// The page may bring styles and nothing else: browsers load no script or image.
    public var details: (@Sendable (Gathered) -> String)?

    /// Creates a page. The title, the description and the links are plain text.
    public init(
        title: String, description: String = "", links: [Link] = [], details: (@Sendable (Gathered) -> String)? = nil
    ) {
        self.title = title
        self.description = description
        self.links = links
        self.details = details
    }

    /// A text as it stands in HTML, in attributes too.
    public static func escaped(_ text: String) -> String {
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

extension LandingPage {
    /// The whole page.
    func html(_ gathered: Gathered, telemetryPath: String) -> String {
        // Relative, for proxies that put the server under a path of theirs.
        let metrics = Link("Metrics", to: String(telemetryPath.dropFirst()))
        let links = [metrics, Link("Health", to: "-/healthy"), Link("Readiness", to: "-/ready")] + links
        let items = links.map { "<li><a href=\"\(Self.escaped($0.target))\">\(Self.escaped($0.text))</a></li>" }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(Self.escaped(title))</title>
            <style>
            body { font-family: sans-serif; margin: 2em; color: #222; background: #fff; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { padding: 0.2em 0.8em; text-align: right; border-bottom: 1px solid #ddd; }
            th:first-child { text-align: left; font-weight: normal; }
            thead th, tfoot th, tfoot td { font-weight: bold; }
            </style>
            </head>
            <body>
            <h1>\(Self.escaped(title))</h1>
            \(line(description.isEmpty ? "" : "<p>\(Self.escaped(description))</p>"))<ul>
            \(items.joined(separator: "\n"))
            </ul>
            \(line(details?(gathered) ?? ""))</body>
            </html>

            """
    }

    private func line(_ text: String) -> String {
        text.isEmpty ? "" : text + "\n"
    }
}
