// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import SystemPackage

extension NetlinkSocket.Failure {
    /// The kernel does not know the request: neither the type nor, perhaps, sock_diag for TCP at all.
    var isUnsupported: Bool {
        guard reason == CNL_REFUSED, let errno else { return false }
        return [.noSuchFileOrDirectory, .notSupported, .invalidArgument].contains(errno)
    }

    /// Asking again may succeed.
    var isTransient: Bool {
        switch reason {
        case CNL_INTERRUPTED, CNL_OVERRUN, CNL_FOREIGN: true
        case CNL_REFUSED: errno == .noMemory || errno == .resourceBusy
        default: false
        }
    }

    /// The answer was received to its end.
    var leavesSocketClean: Bool {
        [CNL_INTERRUPTED, CNL_REFUSED].contains(reason)
    }

    /// The failure as a source's error.
    var sourceError: SourceError {
        switch reason {
        case CNL_REFUSED:
            return refusal
        case CNL_SYSTEM_CALL_FAILED:
            return systemCallFailure
        case CNL_DEADLINE:
            return SourceError(.deadlineExceeded, "deadline: a sock_diag dump did not end in time")
        case CNL_TIMED_OUT:
            return SourceError(.timedOut, errno: errno, "the kernel did not answer a sock_diag dump in time")
        case CNL_OVERRUN:
            return SourceError(
                .incomplete, errno: errno,
                "the kernel dropped parts of each sock_diag dump (the receive buffer overran)")
        case CNL_INTERRUPTED:
            return SourceError(.incomplete, "the kernel's socket table changed under each sock_diag dump")
        case CNL_FOREIGN:
            return SourceError(.incomplete, "another process disturbs each sock_diag dump with messages of its own")
        case CNL_TRUNCATED:
            return SourceError(.malformed, "a message of the sock_diag dump is larger than the receive buffer")
        default:
            return SourceError(.malformed, "a message of the sock_diag dump contradicts itself in its lengths")
        }
    }

    private var refusal: SourceError {
        let why = errno.map { "\($0)" } ?? "no reason given"
        guard isUnsupported else {
            return SourceError(.systemCallFailed, errno: errno, "the kernel refused a sock_diag dump: \(why)")
        }
        return SourceError(
            .unavailable, errno: errno,
            "tcp_diag is not available (\(why)): modprobe tcp_diag, or use the source proc")
    }

    private var systemCallFailure: SourceError {
        let call = call ?? "a system call"
        switch errno {
        case .addressFamilyNotSupported?, .protocolNotSupported?, .permissionDenied?, .notPermitted?:
            return SourceError(
                .unavailable, errno: errno,
                """
                netlink is not available (\(call): \(why)): let this process open sockets of the family AF_NETLINK \
                (systemd: RestrictAddressFamilies, containers: the seccomp profile), or use the source proc
                """)
        default:
            return SourceError(.systemCallFailed, errno: errno, "\(call) failed for a netlink socket: \(why)")
        }
    }
}
