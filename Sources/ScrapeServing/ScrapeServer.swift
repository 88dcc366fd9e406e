// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import Logging
public import ServiceLifecycle

/// An HTTP server for Prometheus and those who scrape like it, on the loopback interface unless another address is
/// given.
///
/// It serves the metrics of a registry, a landing page, and the two routes that tell whether it is alive and ready. One
/// thread talks to the clients and others gather, so that a slow collector does not hold up a health check.
///
/// A scrape may say until when it wants an answer (`X-Prometheus-Scrape-Timeout-Seconds`), and which collectors are
/// asked (`collect[]`, `exclude[]`). It is answered by then, with what is there. Scrapes of the same collectors share a
/// gather that is under way, if that ends no later than they need.
public struct ScrapeServer: Service {
    let configuration: Configuration
    let logger: Logger
    let registry: Registry
    let statistics: HTTPStatistics
    let landingPage: LandingPage?
    let onGathered: (@Sendable (Gathered) -> Void)?
    let onListening: @Sendable ([ListenAddress]) -> Void
    /// Gives free memory back to the system; called on the worker's thread after many connections were open.
    package var releaseFreeMemory: (@Sendable () -> Void)?

    /// Creates a server of a registry's metrics on the loopback interface, or on another address of the host.
    ///
    /// - Parameters:
    ///   - registry: Asked at each scrape. Its collectors may block: they run on threads of the registry.
    ///   - host: A name or an IP address; empty for every address of the host.
    ///   - port: The port; 0 lets the system choose.
    ///   - logger: Hears of the start and the end at level info, and of a collector when it begins to fail, at level
    ///   error,
    ///     and when it works again.
    ///   - onListening: Called once with the addresses when all of them accept connections.
    public init(
        _ registry: Registry, host: String = "127.0.0.1", port: UInt16 = 8090,
        logger: Logger = Logger(label: "ScrapeServer"),
        onListening: @escaping @Sendable ([ListenAddress]) -> Void = { _ in }
    ) {
        var configuration = Configuration()
        configuration.listenAddresses = [ListenAddress(unchecked: .tcp(host: host, port: Int(port)))]
        self.init(registry, configuration: configuration, logger: logger, onListening: onListening)
    }

    /// Creates a server of a registry's metrics, by default on the loopback interface.
    ///
    /// - Parameters:
    ///   - registry: Asked at each scrape. Its collectors may block: they run on threads of the registry.
    ///   - configuration: Where to listen, and what to grant to clients.
    ///   - logger: Hears of the start and the end at level info, and of a collector when it begins to fail, at level
    ///   error,
    ///     and when it works again.
    ///   - statistics: Counts the requests. ``HTTPCollector`` exposes them.
    ///   - landingPage: The page at `/`; nil for none.
    ///   - onGathered: Called with each result before it is served, on the thread that gathered; gathers of different
    ///     collectors may overlap. It is not called where the gather was cancelled because no client waited any more.
    ///   - onListening: Called once with the addresses, with the ports that the system chose, when all of them accept
    ///     connections.
    public init(
        _ registry: Registry, configuration: Configuration, logger: Logger = Logger(label: "ScrapeServer"),
        statistics: HTTPStatistics = HTTPStatistics(), landingPage: LandingPage? = LandingPage(title: "Metrics"),
        onGathered: (@Sendable (Gathered) -> Void)? = nil,
        onListening: @escaping @Sendable ([ListenAddress]) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.registry = registry
        self.statistics = statistics
        self.landingPage = landingPage
        self.onGathered = onGathered
        self.onListening = onListening
    }

    /// What the worker does for this server.
    var tasks: ScrapeWorker.Tasks {
        let log = FailureLog(logger)
        return ScrapeWorker.Tasks(
            gather: { [registry] request in registry.gather(request) },
            ended: { [onGathered] ended in
                log.note(ended)
                if !ended.isCancelled { onGathered?(ended.gathered) }
            },
            render: { [landingPage, configuration] gathered, rendition, bytes in
                switch rendition {
                case .metrics(let format):
                    format.write(gathered.families, into: &bytes)
                case .landingPage:
                    let page = landingPage?.html(gathered, telemetryPath: configuration.telemetryPath) ?? ""
                    bytes.append(contentsOf: page.utf8)
                }
            })
    }
}
