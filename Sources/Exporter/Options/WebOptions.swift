// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import ScrapeServing

/// Where and how the exporter serves.
struct WebOptions: ParsableArguments {
    /// Every address of the host: an exporter is made to be scraped from elsewhere.
    private static let defaultListenAddress = ListenAddress.everyAddress(port: 8090)

    @Option(
        name: .customLong("web.listen-address"),
        help: ArgumentHelp(
            "Address to listen on; repeatable. host:port, [v6]:port, :port for all addresses, or unix:/path. (default: :8090)",
            valueName: "address"),
        transform: { try ListenAddress($0) })
    var listenAddresses: [ListenAddress] = []

    @Option(
        name: .customLong("web.telemetry-path"),
        help: ArgumentHelp(
            "Path under which to expose metrics, percent-encoded. With / there is no landing page.", valueName: "path"))
    var telemetryPath = "/metrics"

    @Option(
        name: .customLong("web.unix-socket-mode"),
        help: ArgumentHelp(
            "Permissions of the files of unix: addresses, in octal. (default: 0660)", valueName: "mode"),
        transform: { text in
            guard text.utf8.count <= 4, !text.hasPrefix("+"), let mode = UInt32(text, radix: 8), mode <= 0o777 else {
                throw ValidationError("must be an octal number from 0 to 0777, such as 0660")
            }
            return mode
        })
    var unixSocketMode = ScrapeServer.Configuration().unixSocketMode

    @Option(
        name: .customLong("web.max-requests"), parsing: .unconditional,
        help: ArgumentHelp(
            "Maximum number of scrapes answered at the same time; the rest get 503. 0 is no limit.", valueName: "number"
        ))
    var maxRequests = 40

    @Flag(
        name: .customLong("web.disable-exporter-metrics"),
        help: """
            Leave out the metrics about the exporter itself (process_*, socket_exporter_http_*, \
            socket_exporter_dropped_log_lines_total).
            """)
    var disableExporterMetrics = false

    /// The server's configuration that the flags ask for.
    var configuration: ScrapeServer.Configuration {
        var configuration = ScrapeServer.Configuration()
        configuration.listenAddresses = listenAddresses.isEmpty ? [Self.defaultListenAddress] : listenAddresses
        configuration.unixSocketMode = unixSocketMode
        configuration.telemetryPath = telemetryPath
        configuration.maxRequests = maxRequests
        return configuration
    }

    func validate() throws {
        guard maxRequests >= 0 else {
            throw ValidationError("--web.max-requests \(maxRequests) is negative: use 0 for no limit.")
        }
        do {
            try configuration.validate()
        } catch {
            throw ValidationError("--web.telemetry-path: \(error)")
        }
    }
}
