// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import Logging
internal import ScrapeServer
internal import ServiceLifecycle
internal import SocketStatistics
internal import UnixSignals

/// The exporter as a server: the parts put together.
struct Exporter {
    var web: WebOptions
    var source: SourceOptions
    var logger: Logger

    /// Serves until SIGTERM or SIGINT. A failure is said in the log, in its form.
    func run() async throws {
        do {
            try await serve()
        } catch {
            logger.error("\(error)")
            throw ExitCode.failure
        }
    }

    private func serve() async throws {
        // No file to read again yet: a terminal that goes away is no reason to stop.
        signal(SIGHUP, SIG_IGN)
        let build = BuildInformation.current
        logger.info(
            "Starting socket_exporter", metadata: ["version": "\(build.version)", "revision": "\(build.revision)"])

        let statistics = HTTPStatistics()
        let reader = ReadingsReader(
            selector: SourceSelector(source.candidates), procfs: source.procfs,
            http: web.disableExporterMetrics ? nil : statistics)
        let log = OutcomeLog(logger)
        try checkFirstReading(reader, log)

        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: server(reader, log, statistics))],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLogger))
        try await group.run()
        logger.info("Stopped")
    }

    /// A reading before the first scrape: what cannot work is said now and not to Prometheus.
    private func checkFirstReading(_ reader: ReadingsReader, _ log: OutcomeLog) throws {
        // It blocks a thread of the cooperative pool, on which nothing else runs yet.
        let readings = reader.read()
        _ = try readings.tcp.outcome.get()
        log.note(readings)
        source.warnOfMissingStates(readings, logger)
    }

    private func server(_ reader: ReadingsReader, _ log: OutcomeLog, _ statistics: HTTPStatistics) -> ScrapeServer {
        let page = LandingPage(telemetryPath: web.telemetryPath)
        return ScrapeServer(
            configuration: web.configuration, logger: logger, statistics: statistics,
            gather: {
                let readings = reader.read()
                log.note(readings)
                return readings
            },
            families: Collectors.families(from:),
            landingPage: page.html)
    }

    /// The lifecycle library's own messages are of interest to developers alone.
    private var quietLogger: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .error)
        return logger
    }
}
