// SPDX-License-Identifier: Apache-2.0

internal import CKernelTestSupport
internal import CPrivileges
internal import Glibc

/// A thread of its own for a test that changes what belongs to a thread.
public enum TestThread {
    /// Runs `body` in a new network namespace with loopback up, which is gone afterwards.
    public static func inNetworkNamespace<Value>(_ body: @escaping () throws -> Value) throws -> Value {
        try run {
            try check(ckt_enter_network_namespace(), "a new network namespace")
            return try body()
        }
    }

    /// Runs `body` in the network namespace of a file.
    public static func inNetworkNamespace<Value>(
        of path: String, _ body: @escaping () throws -> Value
    ) throws -> Value {
        try run {
            try check(ckt_join_network_namespace(path), path)
            return try body()
        }
    }

    /// Runs `body` where no netlink socket can be opened.
    public static func withoutNetlink<Value>(_ body: @escaping () throws -> Value) throws -> Value {
        try run {
            try check(ckt_deny_netlink(), "a seccomp filter")
            return try body()
        }
    }

    /// Runs `body` without any capability.
    public static func withoutCapabilities<Value>(_ body: @escaping () throws -> Value) throws -> Value {
        try run {
            try check(cpv_keep_capabilities(0), "giving up capabilities")
            return try body()
        }
    }

    /// Runs `work` on other threads of the calling thread's namespace while `body` runs, and waits for them.
    ///
    /// - Throws: what `body` throws, or the first of what `work` throws.
    public static func with<Value>(
        threads: Int, doing work: @escaping () throws -> Void, during body: () throws -> Value
    ) throws -> Value {
        var handles: [pthread_t] = []
        let outcomes = (0..<threads).map { _ in Outcome() }
        for outcome in outcomes {
            handles.append(try start { outcome.result = Result { try work() } })
        }
        let value = Result { try body() }
        for handle in handles {
            pthread_join(handle, nil)
        }
        for outcome in outcomes {
            try outcome.result?.get()
        }
        return try value.get()
    }

    private final class Outcome {
        var result: Result<Void, any Error>?
    }

    private final class Job {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    private static func run<Value>(_ body: @escaping () throws -> Value) throws -> Value {
        var result: Result<Value, any Error>?
        try withoutActuallyEscaping({ result = Result { try body() } }) { perform in
            _ = pthread_join(try start(perform), nil)
        }
        guard let result else { throw TestSystemError("pthread_join", ESRCH) }
        return try result.get()
    }

    private static func start(_ body: @escaping () -> Void) throws -> pthread_t {
        let job = Unmanaged.passRetained(Job(body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, job.toOpaque())
        guard status == 0 else {
            job.release()
            throw TestSystemError("pthread_create", status)
        }
        return thread
    }

    private static func check(_ error: Int32, _ what: String) throws {
        guard error == 0 else { throw TestSystemError(what, error) }
    }
}

/// A system call that a test needs failed.
public struct TestSystemError: Error, CustomStringConvertible {
    public let description: String

    /// - Parameter error: the errno; that of the last call when it is left out.
    public init(_ what: String, _ error: Int32? = nil) {
        let error = error ?? errno
        description = "\(what): \(String(cString: strerror(error)))"
    }
}

/// What the test process may do.
public enum Privilege {
    /// Whether to run tests that need root: as root, and in CI in any case, where they fail without it.
    public static let runsRootTests = geteuid() == 0 || getenv("CI") != nil

    /// Whether to run tests that load BPF programs: where the kernel describes its types, and in CI in any case.
    public static let runsBPFTests =
        runsRootTests && (access("/sys/kernel/btf/vmlinux", R_OK) == 0 || getenv("CI") != nil)
}
