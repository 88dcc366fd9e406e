// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport

/// The samples of an exposition in the Prometheus text format, by their name and labels as written.
struct Exposition {
    private(set) var samples: [Substring: Double] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            samples[line[..<space]] = Double(line[line.index(after: space)...])
        }
    }

    subscript(_ series: String) -> Double? {
        samples[Substring(series)]
    }

    /// The value of `socket_tcp_connections`.
    subscript(_ family: String, _ state: String) -> Double? {
        self["socket_tcp_connections{family=\"\(family)\",state=\"\(state)\"}"]
    }
}

/// The programs that the exporter is checked with, which `make test` puts beside the project.
enum Peers {
    struct Missing: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) is not set: run the tests with `make test`, which fetches the peers" }
    }

    static func path(_ name: String) throws -> String {
        guard let path = ProcessInfo.processInfo.environment[name] else { throw Missing(name: name) }
        return path
    }

    /// Passes text to a command's standard input, and returns all that it writes.
    static func check(_ text: String, with command: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Shell.output("\(command) < '\(file.path)' 2>&1; true")
    }

    /// What `promtool check metrics` complains of.
    static func promtool(_ text: String) throws -> String {
        try check(text, with: "'\(path("SOCKET_EXPORTER_PROMTOOL"))' check metrics")
    }

    /// What client_python's strict OpenMetrics parser makes of a text: `NAME SAMPLES` for each family.
    static func openMetricsParser(_ text: String) throws -> String {
        let script = """
            import sys
            from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
            for family in parse(sys.stdin.read()): print(family.name, family.type, len(family.samples))
            """
        return try check(
            text, with: "PYTHONPATH='\(path("SOCKET_EXPORTER_PYTHONPATH"))' python3 -c '\(script)'")
    }
}
