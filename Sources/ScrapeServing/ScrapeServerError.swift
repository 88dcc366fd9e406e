// SPDX-License-Identifier: Apache-2.0

/// Why a server could not start, or could not go on.
public struct ScrapeServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Hashable, Sendable {
        /// Another socket listens on the address.
        case addressInUse
        /// The process may not listen on the address.
        case permissionDenied
        /// The address is none of this host.
        case addressNotAvailable
        /// The name of the host has no address.
        case nameNotResolved
        /// The path of a Unix domain socket cannot be used.
        case invalidSocketPath
        /// The telemetry path cannot be served.
        case invalidTelemetryPath
        /// A listening socket failed after the start.
        case listenerFailed
        /// The system refused for another reason.
        case system
    }

    /// The kind of failure.
    public let code: Code
    /// The number of the system's error where there is one.
    public let errno: Int32?
    /// A sentence that says what is wrong, where, and what to do.
    public let description: String

    init(_ code: Code, errno: Int32? = nil, _ description: String) {
        self.code = code
        self.errno = errno
        self.description = description
    }

    static func invalidTelemetryPath(_ path: String, reason: String) -> ScrapeServerError {
        ScrapeServerError(.invalidTelemetryPath, "the telemetry path '\(path)' cannot be served: \(reason)")
    }

    static func listenerFailed(_ address: ListenAddress) -> ScrapeServerError {
        ScrapeServerError(
            .listenerFailed,
            "the listening socket of \(address) was closed by a fatal error of the system; restart the server"
        )
    }
}
