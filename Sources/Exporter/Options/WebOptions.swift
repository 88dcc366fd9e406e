// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import ScrapeServer

/// Where and how the exporter serves.
struct WebOptions: ParsableArguments {
    @Option(
        name: .customLong("web.listen-address"),
        help: ArgumentHelp(
            "Address to listen on; repeatable. host:port, [v6]:port, :port for all addresses, or unix:/path. (default: :8090)",
            valueName: "address"),
        transform: { try ListenAddress($0) })
    var listenAddresses: [ListenAddress] = []

    @Option(
        name: .customLong("web.telemetry-path"),
        help: ArgumentHelp("Path under which to expose metrics. With / there is no landing page.", valueName: "path"))
    var telemetryPath = "/metrics"

    @Option(
        name: .customLong("web.max-requests"), parsing: .unconditional,
        help: ArgumentHelp("Maximum number of scrapes answered at the same time; 0 is no limit.", valueName: "number"))
    var maxRequests = 40

    @Flag(
        name: .customLong("web.disable-exporter-metrics"),
        help: "Leave out the metrics about the exporter itself (process_*, socket_exporter_http_*).")
    var disableExporterMetrics = false

    /// The addresses asked for, or the default.
    var addresses: [ListenAddress] {
        listenAddresses.isEmpty ? ScrapeServer.Configuration().listenAddresses : listenAddresses
    }

    func validate() throws {
        guard telemetryPath.hasPrefix("/"), telemetryPath.utf8.allSatisfy(Self.isPathByte) else {
            throw ValidationError(
                "--web.telemetry-path '\(telemetryPath)' is not a path: it begins with / and has no spaces, ? or #.")
        }
        guard telemetryPath == "/" || !telemetryPath.hasPrefix("/-/") else {
            throw ValidationError(
                "--web.telemetry-path '\(telemetryPath)' is taken: paths below /-/ are the exporter's.")
        }
        guard maxRequests >= 0 else {
            throw ValidationError("--web.max-requests \(maxRequests) is negative: use 0 for no limit.")
        }
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
    }
}
