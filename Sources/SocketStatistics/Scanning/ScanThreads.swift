// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Threads for scans that a task waits for: as many as are needed up to a limit, and none while there is nothing to do.
final class ScanThreads: Sendable {
    /// Called once, with nil on one of the threads, or with the reason why there is none.
    typealias Job = @Sendable (SourceError?) -> Void

    static let shared = ScanThreads(limit: 8)

    private struct State {
        var waiting: [Job] = []
        /// Threads that run, or are being created.
        var threads = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Runs a job on one of the threads, after those that came before it where all threads are busy.
    func run(_ job: @escaping Job) {
        let needsThread = state.withLock { state in
            state.waiting.append(job)
            guard state.threads < limit else { return false }
            state.threads += 1
            return true
        }
        guard needsThread else { return }
        let error = start()
        if error != 0 {
            startFailed(Errno(rawValue: error))
        }
    }

    /// Leaves the waiting jobs to the other threads; where there is none, they fail.
    private func startFailed(_ errno: Errno) {
        let lost = state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return [] as [Job] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for job in lost {
            job(SourceError(.systemCallFailed, errno: errno, "pthread_create failed for a scan: \(errno)"))
        }
    }

    private func start() -> Int32 {
        let threads = unsafe Unmanaged.passRetained(self)
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let error = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<ScanThreads>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            }, threads.toOpaque())
        if error != 0 {
            unsafe threads.release()
        }
        return error
    }

    /// Runs jobs until there are none.
    private func work() {
        while let job = next() {
            job(nil)
        }
    }

    private func next() -> Job? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.threads -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
