// SPDX-License-Identifier: Apache-2.0

extension ScrapeServer {
    /// Where a server listens and what it grants.
    public struct Configuration: Sendable {
        /// The addresses to listen on; all of them, or the server does not start.
        public var listenAddresses: [ListenAddress] = [.default]

        /// The permissions of the files of Unix domain sockets, less what the umask of the process takes away.
        public var unixSocketMode: UInt32 = 0o660

        /// The path of the metrics in the URL, percent-encoded. With `/` there is no landing page.
        public var telemetryPath = "/metrics"

        /// How many requests for metrics or the landing page may run at the same time; 0 is no limit.
        public var maxRequests = 40

        /// What clients may use of connections and time.
        public var limits = ConnectionLimits()

        /// Makes the configuration that operators expect of an exporter: the default values of the properties.
        public init() {}
    }
}

extension ScrapeServer.Configuration {
    /// The longest path that fits into the head of a request, whatever else is in it.
    private static let maximumPathBytes = 1024

    /// Refuses a telemetry path that no request can reach, which a server that runs does too.
    ///
    /// - Throws: ``ScrapeServerError`` that says what such a path must look like.
    public func validate() throws(ScrapeServerError) {
        guard telemetryPath.hasPrefix("/"), !telemetryPath.contains("?"), !telemetryPath.contains("#") else {
            throw .invalidTelemetryPath(telemetryPath, reason: "it must start with '/' and hold no '?' or '#'")
        }
        guard telemetryPath.utf8.count <= Self.maximumPathBytes else {
            throw .invalidTelemetryPath(
                "\(telemetryPath.prefix(32))…", reason: "it must have at most \(Self.maximumPathBytes) bytes")
        }
        guard telemetryPath.utf8.allSatisfy(\.isInPath) else {
            throw .invalidTelemetryPath(
                telemetryPath, reason: "write it percent-encoded, '\(Self.percentEncoded(telemetryPath))'")
        }
        guard
            telemetryPath.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy({
                $0.utf8.prefix(2).count { Character(Unicode.Scalar($0)).isHexDigit } == 2
            })
        else {
            throw .invalidTelemetryPath(telemetryPath, reason: "two hexadecimal digits must follow each '%'")
        }
        guard !telemetryPath.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            throw .invalidTelemetryPath(telemetryPath, reason: "clients resolve '.' and '..'; leave them out")
        }
        guard !RequestRouter.reservedPaths.contains(telemetryPath) else {
            throw .invalidTelemetryPath(telemetryPath, reason: "the server uses this path itself")
        }
    }

    private static func percentEncoded(_ path: String) -> String {
        path.utf8.reduce(into: "") { encoded, byte in
            if byte.isInPath {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
    }
}
