// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOConcurrencyHelpers
internal import SystemPackage

/// Where the lines of the log go.
protocol LogOutput: Sendable {
    /// Whether a line can be written now without waiting.
    var isReady: Bool { get }
    /// Writes lines, however long that takes; returns false if they could not be written.
    func take(_ lines: [UInt8]) -> Bool
}

/// A queue of log lines. Adding a line never waits for the output.
///
/// A thread writes them. Before it is started they are written at once where the output is ready. Lines that cannot be
/// written, or that are too many, are dropped and counted.
final class LogQueue: Sendable {
    /// The lines that wait have at most this many bytes.
    static let capacity = 256 * 1024

    /// A pipe that polls writable accepts this much without blocking (PIPE_BUF).
    private static let immediateBytes = 4096

    private enum State {
        case idle
        case waiting
        case writing
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let state = ConditionLock(value: State.idle)
    private let output: any LogOutput
    // Guarded by the lock.
    nonisolated(unsafe) private var bytes: [UInt8] = []
    nonisolated(unsafe) private var dropped: UInt64 = 0
    nonisolated(unsafe) private var isWriting = false
    nonisolated(unsafe) private var hasThread = false

    init(_ output: any LogOutput) {
        self.output = output
    }

    /// How many lines were dropped since the start.
    var droppedLines: UInt64 {
        state.lock()
        defer { state.unlock() }
        return unsafe dropped
    }

    /// Adds a line, with its end, or drops it if the queue is full.
    func add(_ line: String) {
        state.lock()
        if unsafe !hasThread && bytes.isEmpty, line.utf8.count <= Self.immediateBytes, output.isReady {
            unsafe dropped += output.take(Array(line.utf8)) ? 0 : 1
            state.unlock()
            return
        }
        if unsafe bytes.count + line.utf8.count <= Self.capacity {
            unsafe bytes.append(contentsOf: line.utf8)
        } else {
            unsafe dropped += 1
        }
        state.unlock(withValue: unsafe isWriting ? .writing : .waiting)
    }

    /// Waits until all lines are written, for at most so many seconds.
    func flush(seconds: Double) {
        try? start()
        if state.lock(whenValue: .idle, timeoutSeconds: seconds) { state.unlock() }
    }

    /// Starts the thread, which has the capabilities of the one that calls. Another call does nothing.
    func start() throws(Failure) {
        state.lock()
        defer { state.unlock() }
        guard unsafe !hasThread else { return }
        var thread = pthread_t()
        let queue = unsafe Unmanaged.passRetained(self)
        let error = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<LogQueue>.fromOpaque(context).takeRetainedValue().run()
            }, queue.toOpaque())
        guard error == 0 else {
            unsafe queue.release()
            throw Failure(
                description: """
                    cannot start the thread that writes the log (\(Errno(rawValue: error))): raise the limit (pids.max, \
                    TasksMax of systemd, ulimit -u, ulimit -v)
                    """)
        }
        unsafe hasThread = true
        pthread_detach(thread)
    }

    private static func lines(in bytes: [UInt8]) -> UInt64 {
        UInt64(bytes.count { $0 == UInt8(ascii: "\n") })
    }

    private func run() -> Never {
        while true {
            state.lock(whenValue: .waiting)
            let next = unsafe bytes
            unsafe bytes = []
            unsafe isWriting = true
            state.unlock(withValue: .writing)
            let isWritten = output.take(next)
            state.lock()
            if !isWritten { unsafe dropped += Self.lines(in: next) }
            unsafe isWriting = false
            state.unlock(withValue: unsafe bytes.isEmpty ? .idle : .waiting)
        }
    }
}
