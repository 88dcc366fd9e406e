// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CBPFLoader
internal import CSocketTypes
internal import CSocketWalk
internal import SystemPackage

/// A loaded BPF program that walks the kernel's tables, unloaded when it goes out of scope.
@safe
struct SocketWalker: ~Copyable {
    /// Why the program could not be loaded or run.
    enum Failure: Error {
        case load(LoadFailure)
        case run(CallFailure<csw_failure>)
    }

    /// How long a walk may take.
    struct Limits {
        /// The caller's deadline.
        var deadline: ContinuousClock.Instant?
        /// When the walk fails at the latest, in nanoseconds of ``MonotonicClock``.
        var latestEnd: UInt64
        /// How long it may walk tables that the own namespace does not use.
        var foreignNanoseconds: UInt64
    }

    /// For the walks of each protocol.
    let handle: OpaquePointer
    /// What its scans may count beside.
    let folds: WalkFolds

    init(_ folds: WalkFolds) throws(Failure) {
        var error = unsafe cbl_error()
        guard let handle = unsafe csw_open(folds.rawValue, &error) else {
            throw .load(unsafe LoadFailure(error.failure, error.error_number, error.call))
        }
        unsafe self.handle = handle
        self.folds = folds
    }

    deinit {
        unsafe csw_close(handle)
    }

    /// Begins a scan.
    func begin(
        _ protocol: csw_protocol, _ limits: Limits, byNamespace: Bool, _ folds: WalkFolds = []
    ) throws(Failure) {
        let options = csw_options(
            protocol: `protocol`, by_namespace: byNamespace, folds: folds.rawValue,
            deadline: MonotonicClock.nanoseconds(limits.deadline), latest_end: limits.latestEnd,
            foreign_nanoseconds: limits.foreignNanoseconds)
        var error = unsafe csw_error()
        guard unsafe csw_begin(handle, options, &error) else {
            throw unsafe Failure(error)
        }
    }
}

extension SocketWalker.Failure {
    init(_ error: csw_error) {
        self = .run(unsafe CallFailure(error.failure, error.error_number, error.call))
    }

    /// Trying again cannot help.
    var isPermanent: Bool {
        guard case .load(let failure) = self else { return false }
        return failure.isPermanent
    }

    /// The failure as a source's error.
    var sourceError: SourceError {
        switch self {
        case .load(let failure): failure.sourceError
        case .run(let failure): failure.sourceError
        }
    }
}

extension CallFailure<csw_failure> {
    fileprivate var sourceError: SourceError {
        switch reason {
        case CSW_DEADLINE:
            return SourceError(.deadlineExceeded, "deadline: the walk of the kernel's tables did not end in time")
        case CSW_TIMED_OUT:
            return SourceError(.timedOut, "the walk of the kernel's tables did not end in time")
        case CSW_UNSUPPORTED:
            return SourceError(
                .unavailable,
                "walking the kernel's table of UDP sockets needs Linux 6.2 or later: use the source netlink")
        case CSW_CALL_FAILED where call == "bpf(BPF_PROG_RUN)" && errno == .notPermitted:
            return SourceError(
                .unavailable, errno: errno,
                "running the BPF program is not permitted (\(why)): before Linux 5.19 each run needs CAP_BPF")
        default:
            return SourceError(.systemCallFailed, errno: errno, "\(call ?? "a system call") failed: \(why)")
        }
    }
}
#endif
