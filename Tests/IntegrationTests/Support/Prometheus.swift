// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport

/// A Prometheus with a directory of its own, ended and removed with the test.
final class Prometheus {
    private let process = Process()
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    private let port: UInt16

    init(scraping target: String) throws {
        let configuration = directory.appendingPathComponent("prometheus.yml")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try """
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        scrape_configs:
          - job_name: sockets
            static_configs: [{targets: ['\(target)']}]

        """.write(to: configuration, atomically: true, encoding: .utf8)
        port = try { try TestSocket.listener().port }()
        process.executableURL = URL(fileURLWithPath: try Peers.path("SOCKET_EXPORTER_PROMETHEUS"))
        process.arguments = [
            "--config.file=\(configuration.path)", "--storage.tsdb.path=\(directory.path)/data",
            "--web.listen-address=127.0.0.1:\(port)",
        ]
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
    }

    deinit {
        // Ending a process that was not started is a trap.
        if process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: directory)
    }

    /// The value of an expression that has a single one, nil as long as it has none.
    func value(_ expression: String) throws -> Double? {
        let answer = try Shell.output(
            "curl -s --max-time 5 'http://127.0.0.1:\(port)/api/v1/query' --data-urlencode 'query=\(expression)' || true"
        )
        return answer.firstMatch(of: /"value":\[[0-9.]+,"([^"]+)"\]/).flatMap { Double($0.1) }
    }
}
