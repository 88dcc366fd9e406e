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
        help: ArgumentHelp(
            "Maximum number of scrapes answered at the same time; the rest get 503. 0 is no limit.", valueName: "number"
        ))
    var maxRequests = 40

    @Flag(
        name: .customLong("web.disable-exporter-metrics"),
        help: "Leave out the metrics about the exporter itself (process_*, socket_exporter_http_*).")
    var disableExporterMetrics = false

    /// The server's configuration that the flags ask for.
    var configuration: ScrapeServer.Configuration {
        var configuration = ScrapeServer.Configuration()
        if !listenAddresses.isEmpty {
            configuration.listenAddresses = listenAddresses
        }
        configuration.telemetryPath = telemetryPath
        configuration.maxRequests = maxRequests
        return configuration
    }

    /// What listening needs.
    var privileges: Privileges.Kept {
        let hasLowPort = configuration.listenAddresses.contains { $0.port.map { (1..<1024).contains($0) } ?? false }
        return hasLowPort ? .lowPorts : []
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
