// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport

/// The executable as operators run it, in the network namespace of the calling thread.
final class ExporterProcess {
    /// How a process ended, and what it wrote.
    struct Outcome {
        var exitCode: Int32
        var output: String
        var errors: String
    }

    /// The executable that is built beside the tests.
    static let executable = URL(
        fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    )
    .deletingLastPathComponent().appendingPathComponent("socket_exporter")

    private let process = Process()
    private let errors: FileHandle
    private let errorFile: URL
    /// `host:port` as logged.
    private(set) var address = ""

    /// Starts a server on a free port of loopback and waits until it listens.
    ///
    /// - Parameters:
    ///   - port: a port that is free, instead of one of the system's choice.
    ///   - command: what to run instead of the executable: another copy, perhaps behind programs that execute it.
    init(_ arguments: [String] = [], port: Int = 0, command: [String] = [executable.path]) throws {
        errorFile = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data().write(to: errorFile)
        errors = try FileHandle(forWritingTo: errorFile)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command + ["--web.listen-address", "127.0.0.1:\(port)"] + arguments
        process.standardError = errors
        try process.run()
        for _ in 0..<1000 where address.isEmpty && process.isRunning {
            usleep(10_000)
            address = log.firstMatch(of: /address[=":]+(127\.0\.0\.1:\d+)/).map { String($0.1) } ?? ""
        }
        guard !address.isEmpty else {
            throw ExporterProcessError(description: "the exporter does not listen; it logged: \(log)")
        }
    }

    deinit {
        if process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: errorFile)
    }

    var processID: Int32 { process.processIdentifier }

    /// What it wrote to standard error so far.
    var log: String {
        (try? String(contentsOf: errorFile, encoding: .utf8)) ?? ""
    }

    /// Sends a request with curl, from the calling thread.
    func get(_ path: String, curl options: String = "") throws -> String {
        try Shell.output("curl -sS --max-time 20 \(options) 'http://\(address)\(path)'")
    }

    /// Sends a signal, waits for the end, and returns the exit code.
    func stop(signal: Int32) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -1
    }

    /// The first words of a command that runs another as a user, with some capabilities: `+bpf,+perfmon`.
    static func asOrdinaryUser(_ user: Int = 65534, capabilities: String? = nil) -> [String] {
        ["setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups"]
            + (capabilities.map { ["--inh-caps", $0, "--ambient-caps", $0] } ?? [])
    }

    /// The first words of a command that runs another with /proc mounted again, with an option, and without named
    /// namespaces.
    static func withProcfs(_ option: String) -> [String] {
        let mounts = "mount -t proc -o \(option) proc /proc && mount -t tmpfs none /run"
        return ["unshare", "--mount", "sh", "-c", "\(mounts) && exec \"$@\"", "sh"]
    }

    /// Passes the path of a copy that every user may run: other users may have no access to the build directory.
    static func withCopy<Result>(_ body: (String) throws -> Result) throws -> Result {
        // Another program copies it: a process that this one starts at the same time would hold the copy open for
        // writing, and it could not be run.
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        _ = try Shell.output("cp '\(executable.path)' '\(copy)'")
        defer { try? FileManager.default.removeItem(atPath: copy) }
        return try body(copy)
    }

    /// Runs the executable to its end.
    static func run(_ arguments: [String], command: [String] = [executable.path]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // What it writes to standard error is short and fits into the pipe.
        let outputData = output.fileHandleForReading.readDataToEndOfFile()
        let errorData = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            exitCode: process.terminationReason == .exit ? process.terminationStatus : -1,
            output: String(decoding: outputData, as: UTF8.self), errors: String(decoding: errorData, as: UTF8.self))
    }
}

/// Parts of the Python scripts that tests run.
enum PythonScript {
    /// Creates the ends `reader` and `writer` of a full pipe, whose writer does not block. Needs `os`.
    static let fullPipe = """
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        try:
            while True: os.write(writer, b'#' * 4096)
        except BlockingIOError: pass
        """
}

struct ExporterProcessError: Error, CustomStringConvertible {
    let description: String
}
