// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import SystemPackage

extension NetlinkSocket.Failure {
    /// The kernel does not know the request: neither the type nor, perhaps, sock_diag for the protocol at all.
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

    /// The failure as the error of a source of TCP sockets.
    var sourceError: SourceError {
        sourceError(module: "tcp_diag", alternative: "use the source proc")
    }

    /// The failure as a source's error.
    ///
    /// - Parameters:
    ///   - module: The kernel module that knows the protocol.
    ///   - alternative: What else can be done.
    func sourceError(module: String, alternative: String) -> SourceError {
        switch reason {
        case CNL_REFUSED:
            return refusal(module, alternative)
        case CNL_SYSTEM_CALL_FAILED:
            return systemCallFailure(alternative)
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

    private func refusal(_ module: String, _ alternative: String) -> SourceError {
        let why = errno.map { "\($0)" } ?? "no reason given"
        guard isUnsupported else {
            return SourceError(.systemCallFailed, errno: errno, "the kernel refused a sock_diag dump: \(why)")
        }
        return SourceError(
            .unavailable, errno: errno,
            "\(module) is not available (\(why)): modprobe \(module), or \(alternative)")
    }

    private func systemCallFailure(_ alternative: String) -> SourceError {
        let call = call ?? "a system call"
        switch errno {
        case .addressFamilyNotSupported?, .protocolNotSupported?, .permissionDenied?, .notPermitted?:
            return SourceError(
                .unavailable, errno: errno,
                """
                netlink is not available (\(call): \(why)): let this process open sockets of the family AF_NETLINK \
                (systemd: RestrictAddressFamilies, containers: the seccomp profile), or \(alternative)
                """)
        default:
            return SourceError(.systemCallFailed, errno: errno, "\(call) failed for a netlink socket: \(why)")
        }
    }
}
