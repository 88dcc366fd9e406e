// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

extension ScrapeServerError {
    /// The sentence for an error of the system's calls that open a listening socket.
    static func cannotListen(on address: ListenAddress, _ error: any Error) -> ScrapeServerError {
        if let error = error as? ScrapeServerError { return error }
        guard let error = error as? IOError else {
            return ScrapeServerError(.system, "cannot listen on \(address): \(error)")
        }
        let (code, advice) = explanation(of: error, address.endpoint)
        return ScrapeServerError(code, errno: error.errnoCode, "cannot listen on \(address): \(advice)")
    }

    private static func explanation(of error: IOError, _ endpoint: ListenAddress.Endpoint) -> (Code, String) {
        switch (error.errnoCode, endpoint) {
        case (EADDRINUSE, .tcp):
            (.addressInUse, "the port is in use; stop the program that listens there or choose another port")
        case (EADDRINUSE, .unix):
            (.addressInUse, "the socket is in use; stop the program that listens there or choose another path")
        case (EACCES, .tcp(_, let port)) where port < 1024:
            (.permissionDenied, "ports below 1024 need CAP_NET_BIND_SERVICE; grant it or choose port 1024 or above")
        case (EACCES, .unix), (EPERM, .unix), (EROFS, .unix):
            (
                .permissionDenied,
                "the directory is not writable, or the existing socket belongs to another user; "
                    + "change the permissions, remove the socket or choose another path"
            )
        case (EACCES, .tcp), (EPERM, .tcp):
            (.permissionDenied, "the system's security policy forbids it; allow it or choose another address")
        case (EADDRNOTAVAIL, _):
            (.addressNotAvailable, "this is not an address of this host; choose one that 'ip address' lists")
        case (EAFNOSUPPORT, _):
            (.addressNotAvailable, "this host does not support this kind of address; choose another")
        case (EINVAL, .tcp):
            (.addressNotAvailable, "the system does not take this address; choose another")
        case (ENOENT, .unix), (ENOTDIR, .unix):
            (.invalidSocketPath, "the directory does not exist; make it or choose another path")
        case (ENOTSOCK, .unix):
            (.invalidSocketPath, "the file there is not a socket; move it away or choose another path")
        default:
            (.system, sentence(of: error))
        }
    }

    static func nameNotResolved(_ address: ListenAddress, _ failure: NameResolution.Failure) -> ScrapeServerError {
        let advice = failure.isTemporary ? "try again, or give an IP address" : "check the name or give an IP address"
        return ScrapeServerError(
            .nameNotResolved,
            "cannot listen on \(address): the name of the host cannot be resolved (\(failure.reason)); \(advice)"
        )
    }

    static func collision(of address: ListenAddress, with other: ListenAddress) -> ScrapeServerError {
        ScrapeServerError(
            .addressInUse, errno: EADDRINUSE,
            "cannot listen on \(address): it conflicts with the address \(other), which was given too; remove one of them"
        )
    }
}
