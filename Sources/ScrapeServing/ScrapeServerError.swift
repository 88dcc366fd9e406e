// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// Why a server could not start, or could not go on.
public struct ScrapeServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure that a caller may want to tell apart; later versions may add others.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        /// The text or the parts of an address to listen on are not valid, or there is no address.
        public static let invalidListenAddress = Code(description: "invalidListenAddress")
        /// Another socket listens on the address.
        public static let addressInUse = Code(description: "addressInUse")
        /// The process may not listen on the address.
        public static let permissionDenied = Code(description: "permissionDenied")
        /// The address is none of this host.
        public static let addressNotAvailable = Code(description: "addressNotAvailable")
        /// The name of the host has no address.
        public static let nameNotResolved = Code(description: "nameNotResolved")
        /// The path of a Unix domain socket cannot be used.
        public static let invalidSocketPath = Code(description: "invalidSocketPath")
        /// The telemetry path cannot be served.
        public static let invalidTelemetryPath = Code(description: "invalidTelemetryPath")
        /// A limit, a time or a mode is out of its range.
        public static let invalidLimit = Code(description: "invalidLimit")
        /// A listening socket failed after the start.
        public static let listenerFailed = Code(description: "listenerFailed")
        /// The system refused for another reason.
        public static let system = Code(description: "system")
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

    /// An error of any kind, as one of this kind.
    static func wrapping(_ error: any Error) -> ScrapeServerError {
        error as? ScrapeServerError
            ?? ScrapeServerError(.system, errno: (error as? IOError)?.errnoCode, sentence(of: error))
    }
}

extension IOError {
    /// Throws the error of a system call that returned a negative number.
    static func check(_ call: String, _ result: CInt) throws {
        guard result >= 0 else { throw IOError(errnoCode: errno, reason: call) }
    }
}

/// An error as text; an error of the system as the system's own text with its number.
func sentence(of error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return unsafe "\(String(cString: strerror(error.errnoCode))) (errno \(error.errnoCode))"
}
