// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import Logging
internal import Synchronization

extension ScrapeServer {
    /// Makes a server of a registry's metrics, on a port of every address of the host.
    ///
    /// - Parameters:
    ///   - registry: Asked at each scrape. Its collectors may block: they have a thread of their own.
    ///   - port: The port; 0 lets the system choose.
    ///   - logger: Hears of the start and the end at level info, and of a collector that fails at level warning, once
    ///     for as long as the reason stays the same.
    ///   - onListening: Called once with the addresses when all of them accept connections.
    public init(
        _ registry: Registry, port: UInt16 = 8090, logger: Logger = Logger(label: "ScrapeServer"),
        onListening: @escaping @Sendable ([ListenAddress]) -> Void = { _ in }
    ) {
        var configuration = Configuration()
        configuration.listenAddresses = [ListenAddress(.tcp(host: "", port: Int(port)))]
        self.init(registry, configuration: configuration, logger: logger, onListening: onListening)
    }

    /// Makes a server of a registry's metrics.
    ///
    /// - Parameters:
    ///   - registry: Asked at each scrape. Its collectors may block: they have a thread of their own.
    ///   - configuration: Where to listen, and what to grant to clients.
    ///   - logger: Hears of the start and the end at level info, and of a collector that fails at level warning, once
    ///     for as long as the reason stays the same.
    ///   - onListening: Called once with the addresses when all of them accept connections.
    public init(
        _ registry: Registry, configuration: Configuration, logger: Logger = Logger(label: "ScrapeServer"),
        onListening: @escaping @Sendable ([ListenAddress]) -> Void = { _ in }
    ) {
        let failures = FailureLog(logger)
        self.init(
            configuration: configuration,
            logger: logger,
            gather: {
                var failed: [CollectionFailure] = []
                let families = registry.families { failed.append($0) }
                failures.take(failed)
                return families
            },
            families: { $0 },
            onListening: onListening
        )
    }
}

/// Logs the failures of collectors when they change: a line for each scrape would fill a disk.
private final class FailureLog: Sendable {
    private let logger: Logger
    private let last = Mutex<Set<String>>([])

    init(_ logger: Logger) {
        self.logger = logger
    }

    func take(_ failures: [CollectionFailure]) {
        let descriptions = failures.map(\.description)
        let known = last.withLock { last in
            defer { last = Set(descriptions) }
            return last
        }
        for description in descriptions where !known.contains(description) {
            logger.warning("\(description)")
        }
    }
}
