// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import Logging
public import ServiceLifecycle

/// An HTTP server for Prometheus and those who scrape like it.
///
/// It serves metrics, a landing page, and the two routes that tell whether it is alive and ready. One thread talks to
/// the clients and another gathers, so that a slow scrape does not hold up a health check.
public struct ScrapeServer: Service {
    let configuration: Configuration
    let logger: Logger
    let statistics: HTTPStatistics
    let gather: Gatherer
    let hasLandingPage: Bool
    let onListening: @Sendable ([ListenAddress]) -> Void
    /// Gives free memory back to the system; called on the worker's thread after many connections were open.
    package var releaseFreeMemory: (@Sendable () -> Void)?

    /// Makes a server that listens when it runs.
    ///
    /// - Parameters:
    ///   - configuration: Where to listen, and what to grant to clients.
    ///   - logger: Hears of the start and the end at level info, and of requests at debug only.
    ///   - statistics: Counts the requests. The families may show its counts.
    ///   - gather: Takes a snapshot. It may block: it has a thread of its own, and scrapes that arrive meanwhile share
    ///     the result. It must not trap.
    ///   - families: Makes the metric families of a snapshot, on the same thread.
    ///   - landingPage: Makes the HTML of the root page of a snapshot, on the same thread; without it there is no such
    ///     page.
    ///   - onListening: Called once with the addresses, with the ports that the system chose, when all of them accept
    ///     connections.
    public init<Snapshot: Sendable>(
        configuration: Configuration,
        logger: Logger,
        statistics: HTTPStatistics = HTTPStatistics(),
        gather: @escaping @Sendable () -> Snapshot,
        families: @escaping @Sendable (Snapshot) -> [MetricFamily],
        landingPage: (@Sendable (Snapshot) -> String)? = nil,
        onListening: @escaping @Sendable ([ListenAddress]) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.statistics = statistics
        self.hasLandingPage = landingPage != nil
        self.onListening = onListening
        self.gather = {
            let snapshot = gather()
            var made: [MetricFamily]?
            return { rendition, bytes in
                switch rendition {
                case .metrics(let format):
                    let families = made ?? families(snapshot)
                    made = families
                    format.write(families, into: &bytes)
                case .landingPage:
                    bytes.append(contentsOf: (landingPage?(snapshot) ?? "").utf8)
                }
            }
        }
    }
}
