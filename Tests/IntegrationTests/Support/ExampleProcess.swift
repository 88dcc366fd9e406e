// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport

/// The files of this project.
enum Repository {
    static let root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { path, _ in path.deletingLastPathComponent() }
}

/// An example, a sample or its counterpart as a process in the network namespace of the calling thread.
final class ExampleProcess {
    private let process = Process()
    private let outputFile = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    /// The executable of a target, which is built beside the tests.
    static func path(_ name: String) -> String {
        ExporterProcess.executable.deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// - Parameters:
    ///   - path: an executable.
    ///   - environment: what to add to that of the tests.
    init(_ path: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        try Data().write(to: outputFile)
        let file = try FileHandle(forWritingTo: outputFile)
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardOutput = file
        process.standardError = file
        try process.run()
    }

    deinit {
        if process.isRunning {
            // Others than ours may have inherited that the thread blocks signals.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: outputFile)
    }

    /// Its output so far.
    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// Waits until a condition holds while the process runs.
    func wait(until condition: () throws -> Bool) throws {
        for _ in 0..<2000 where process.isRunning {
            if try condition() { return }
            usleep(10_000)
        }
        throw ExporterProcessError(description: "the process is not ready; it wrote: \(output)")
    }

    /// Waits until one of our servers logs that it listens.
    func waitUntilListening() throws {
        try wait { output.contains("Listening") }
    }

    /// Waits for the end, and returns the exit code.
    func exitCode() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// The processes that it has started.
    func children() throws -> [pid_t] {
        let id = process.processIdentifier
        let text = try String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
        return text.split(separator: " ").compactMap { pid_t($0) }
    }

    /// Sends a signal, and returns the exit code.
    func exitCode(afterSignal signal: Int32) -> Int32 {
        kill(process.processIdentifier, signal)
        return exitCode()
    }
}
