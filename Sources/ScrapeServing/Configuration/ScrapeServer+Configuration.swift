// SPDX-License-Identifier: Apache-2.0

extension ScrapeServer {
    /// Where a server listens and what it grants; by default it listens on the loopback interface, at `127.0.0.1:8090`.
    public struct Configuration: Sendable {
        /// The addresses to listen on; all of them, or the server does not start. `:8090` is every address of the host.
        public var listenAddresses = [ListenAddress(unchecked: .tcp(host: "127.0.0.1", port: 8090))]

        /// The permissions of the files of Unix domain sockets, less what the umask of the process takes away.
        public var unixSocketMode: UInt32 = 0o660

        /// The path of the metrics in the URL, percent-encoded. With `/` there is no landing page.
        public var telemetryPath = "/metrics"

        /// How many requests for metrics or the landing page may run at the same time; 0 is no limit.
        ///
        /// A request whose client has closed its side no longer counts.
        public var maxRequests = 40

        /// What clients may use of connections and time.
        public var limits = ConnectionLimits()

        /// Creates the configuration that operators expect of an exporter: the default values of the properties.
        public init() {}
    }
}

extension ScrapeServer.Configuration {
    /// Refuses what no server can do, as a server that runs does too: an empty list of addresses, a telemetry path that
    /// no request can reach, and limits, times and modes out of their range.
    ///
    /// - Throws: ``ScrapeServerError`` that says what is wrong and what to write instead.
    public func validate() throws(ScrapeServerError) {
        guard !listenAddresses.isEmpty else { throw .noListenAddress }
        for address in listenAddresses { _ = try address.checked() }
        try TelemetryPath.validate(telemetryPath)
        guard unixSocketMode <= 0o777 else {
            throw ScrapeServerError(
                .invalidLimit,
                "the mode 0\(String(unixSocketMode, radix: 8)) of Unix domain sockets has other bits than permissions; "
                    + "give 0 to 0777")
        }
        guard maxRequests >= 0 else {
            throw ScrapeServerError(.invalidLimit, "maxRequests is \(maxRequests); give 0 for no limit, or more")
        }
        try limits.validate()
    }
}

/// What a telemetry path must look like.
private enum TelemetryPath {
    /// The longest path that fits into the head of a request, whatever else is in it.
    private static let maximumBytes = 1024

    static func validate(_ path: String) throws(ScrapeServerError) {
        guard path.hasPrefix("/"), !path.contains("?"), !path.contains("#") else {
            throw .invalidTelemetryPath(path, reason: "it must start with '/' and hold no '?' or '#'")
        }
        guard path.utf8.count <= maximumBytes else {
            throw .invalidTelemetryPath("\(path.prefix(32))…", reason: "it must have at most \(maximumBytes) bytes")
        }
        guard path.utf8.allSatisfy(\.isInPath) else {
            throw .invalidTelemetryPath(path, reason: "write it percent-encoded, '\(percentEncoded(path))'")
        }
        guard
            path.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy({
                $0.utf8.prefix(2).count { $0.hexadecimalDigit != nil } == 2
            })
        else {
            throw .invalidTelemetryPath(path, reason: "two hexadecimal digits must follow each '%'")
        }
        guard !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            throw .invalidTelemetryPath(path, reason: "clients resolve '.' and '..'; leave them out")
        }
        guard !RouteTable.reservedPaths.contains(path) else {
            throw .invalidTelemetryPath(path, reason: "the server uses this path itself")
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
