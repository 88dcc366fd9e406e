// SPDX-License-Identifier: Apache-2.0

extension ScrapeServer {
    /// Where a server listens and what it grants.
    public struct Configuration: Sendable {
        /// The addresses to listen on; all of them, or the server does not start.
        public var listenAddresses: [ListenAddress] = [.default]

        /// The path of the metrics. With `/` there is no landing page.
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
    /// Refuses a telemetry path that no request can reach, which a server that runs does too.
    ///
    /// - Throws: ``ScrapeServerError`` that says what such a path must look like.
    public func validate() throws(ScrapeServerError) {
        guard telemetryPath.hasPrefix("/"), !telemetryPath.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }),
            !telemetryPath.contains("?"), !telemetryPath.contains("#")
        else {
            throw .invalidTelemetryPath(telemetryPath, reason: "it must start with '/' and hold no space, '?' or '#'")
        }
        guard !RequestRouter.reservedPaths.contains(telemetryPath) else {
            throw .invalidTelemetryPath(telemetryPath, reason: "the server uses this path itself")
        }
    }
}
