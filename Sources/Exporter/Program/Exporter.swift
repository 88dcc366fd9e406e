// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Logging
internal import ScrapeServer
internal import ServiceLifecycle
internal import SocketStatistics
internal import UnixSignals

/// The exporter as a server: the parts put together.
struct Exporter {
    private let logger: Logger
    private let server: ScrapeServer

    /// Takes a first reading, so that what cannot work is said now and not to Prometheus, and gives up the privileges that
    /// it may have needed.
    ///
    /// To be called while the process has a single thread.
    init(
        web: WebOptions, source: SourceOptions, series: SeriesOptions, privilege: PrivilegeOptions, logger: Logger
    ) throws {
        try Privileges.closeToOthers()
        // Now, before there is another thread: Dispatch's own would end the process.
        try SpareDescriptors.check()
        let build = BuildInformation.current
        logger.info(
            "Starting socket_exporter", metadata: ["version": "\(build.version)", "revision": "\(build.revision)"])

        // The exporter listens where it was started, and counts there or elsewhere.
        let earlySockets =
            source.networkNamespace == nil ? nil : try EarlySockets(web.configuration.listenAddresses)
        try CountedNamespace.enter(source)

        let statistics = HTTPStatistics()
        let reader = ReadingsReader(
            selector: SourceSelector(source.candidates), procfs: source.procfs, limits: series.limits,
            http: web.disableExporterMetrics ? nil : statistics)
        let log = OutcomeLog(logger)
        let readings = reader.read()
        _ = try readings.tcp.outcome.get()
        log.note(readings)
        source.warnOfMissingStates(readings, logger)
        try Privileges.drop(
            user: privilege.user,
            kept: source.privileges(readings).union(earlySockets == nil ? web.privileges : []))

        self.logger = logger
        var server = ScrapeServer(
            configuration: web.configuration, logger: logger, statistics: statistics,
            gather: {
                let readings = reader.read()
                log.note(readings)
                return readings
            },
            families: Collectors.families(from:),
            landingPage: LandingPage(telemetryPath: web.telemetryPath).html)
        server.earlySockets = earlySockets
        self.server = server
    }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws {
        // No file to read again yet: a terminal that goes away is no reason to stop.
        signal(SIGHUP, SIG_IGN)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: server)], gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLogger))
        try await group.run()
        logger.info("Stopped")
    }

    /// The lifecycle library's own messages are of interest to developers alone.
    private var quietLogger: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .error)
        return logger
    }
}
