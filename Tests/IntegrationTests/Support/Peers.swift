// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport

/// Programs that check the exporter, which `make test` fetches.
enum Peers {
    struct Missing: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) is not set: run the tests with `make test`, which fetches the peers" }
    }

    static func path(_ name: String) throws -> String {
        guard let path = ProcessInfo.processInfo.environment[name] else { throw Missing(name: name) }
        return path
    }

    /// Passes text to the standard input of a command, and returns its output.
    static func check(_ text: String, with command: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Shell.output("\(command) < '\(file.path)' 2>&1; true")
    }

    /// The complaints of `promtool check metrics`.
    static func promtool(_ text: String) throws -> String {
        try check(text, with: "'\(path("SOCKET_EXPORTER_PROMTOOL"))' check metrics")
    }

    /// The families that client_python's strict OpenMetrics parser reads: `NAME TYPE SAMPLES` for each.
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
