// SPDX-License-Identifier: Apache-2.0

internal import CSocketWalk
internal import SystemPackage

/// A loaded BPF program that walks the kernel's tables, unloaded when it goes out of scope.
@safe
struct SocketWalker: ~Copyable {
    /// Why the program could not be loaded or run.
    struct Failure: Error {
        let reason: csw_failure
        let errno: Errno?
        /// The call that failed, where one did.
        let call: String?
    }

    private let handle: OpaquePointer

    init() throws(Failure) {
        var error = unsafe csw_error()
        guard let handle = unsafe csw_open(&error) else {
            throw unsafe Failure(error)
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe csw_close(handle)
    }

    /// Counts all sockets of the tables that the calling thread's network namespace uses.
    func walk() throws(Failure) -> csw_counts {
        var counts = csw_counts()
        var error = unsafe csw_error()
        guard unsafe csw_walk(handle, &counts, &error) else {
            throw unsafe Failure(error)
        }
        return counts
    }
}

extension SocketWalker.Failure {
    fileprivate init(_ error: csw_error) {
        reason = unsafe error.failure
        errno = unsafe error.error_number == 0 ? nil : Errno(rawValue: error.error_number)
        call = unsafe error.call.map { unsafe String(cString: $0) }
    }

    /// The failure as a source's error.
    var sourceError: SourceError {
        let why = errno.map { "\($0)" } ?? "unknown error"
        switch reason {
        case CSW_NO_TYPES:
            return SourceError(
                .unavailable, errno: errno,
                "the kernel does not describe its types (/sys/kernel/btf/vmlinux: \(why)): it needs CONFIG_DEBUG_INFO_BTF"
            )
        case CSW_NOT_PERMITTED:
            return SourceError(
                .unavailable, errno: errno,
                "loading a BPF program is not permitted (\(why)): run as root or with CAP_BPF and CAP_PERFMON")
        case CSW_NOT_LOADABLE:
            return SourceError(
                .unavailable, errno: errno,
                "the kernel does not take the BPF program (\(why)): it needs Linux 5.17 or later")
        default:
            return SourceError(.systemCallFailed, errno: errno, "\(call ?? "a system call") failed: \(why)")
        }
    }
}
