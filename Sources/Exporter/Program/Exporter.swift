// SPDX-License-Identifier: Apache-2.0

internal import CStartup
internal import Glibc
internal import Logging
internal import ScrapeServing
internal import SocketStatistics

/// The exporter as a server: the parts put together.
struct Exporter {
    private let logger: Logger
    private let server: ScrapeServer
    private let sockets: ListeningSockets

    /// Opens its sockets and takes a first reading, so that what cannot work is said now and not to Prometheus, and gives up
    /// the privileges that it may have needed.
    ///
    /// To be called while the process has a single thread: threads inherit the namespace, and the privileges that are left.
    init(
        web: WebOptions, source: SourceOptions, series: SeriesOptions, privilege: PrivilegeOptions, logger: Logger,
        logQueue: LogQueue
    ) throws {
        let build = BuildInformation.current
        logger.info(
            "Starting socket_exporter", metadata: ["version": "\(build.version)", "revision": "\(build.revision)"])

        // The exporter listens where it was started, and counts there or elsewhere.
        let sockets = ListeningSockets()
        try sockets.openTCP(web.configuration)
        try CountedNamespace.enter(source)

        let statistics = HTTPStatistics()
        let reader = ReadingsReader(
            selector: SourceSelector(source.candidates), procfs: source.procfs, limits: series.limits,
            own: web.disableExporterMetrics ? nil : .init(http: statistics, log: logQueue))
        let log = OutcomeLog(logger)
        let readings = reader.read()
        _ = try readings.tcp.outcome.get()
        log.note(readings)
        source.warnOfMissingStates(readings, logger)
        try Privileges.drop(user: privilege.user, kept: source.privileges(readings)) {
            try sockets.openUnix(web.configuration)
        }
        // Before there is another thread, which would take the signals.
        cst_hold_stop_signals()
        try logQueue.start()

        self.logger = logger
        self.sockets = sockets
        var server = ScrapeServer(
            configuration: web.configuration, logger: logger, statistics: statistics,
            gather: {
                let readings = reader.read()
                log.note(readings)
                return readings
            },
            families: Collectors.families(from:),
            landingPage: LandingPage(telemetryPath: web.telemetryPath).html)
        server.releaseFreeMemory = cst_release_free_memory
        self.server = server
    }

    /// Serves until SIGTERM or SIGINT.
    func run() throws {
        // No file to read again yet: a terminal that goes away is no reason to stop.
        signal(SIGHUP, SIG_IGN)
        FileLimit.raise()
        try server.run(sockets, until: cst_wait_for_stop, interrupt: cst_stop)
        logger.info("Stopped")
    }
}
