// SPDX-License-Identifier: Apache-2.0

internal import CStartup
internal import Exposition
internal import Glibc
internal import Logging
internal import ScrapeServing
internal import SocketMetrics
internal import SocketStatistics

/// The parts put together: sources, collectors, registry.
///
/// Everything that needs a privilege happens in `init`, which the caller follows by giving up the privileges.
struct Exporter {
    let registry = Registry()
    let tcp: TCPCollector
    let udp: UDPCollector
    let sources: SourceSelector<TCPStatistics>
    let udpSources: SourceSelector<UDPStatistics>

    /// Prepares the collectors, for example loads BPF programs.
    ///
    /// - Parameters:
    ///   - isSingle: There is one scrape, without the counters that need one before.
    ///   - own: What the exporter says of itself; nil leaves it out.
    /// - Throws: Why a collector cannot work at all.
    init(
        _ options: SocketExporterCommand, isSingle: Bool = false, own: ExporterCollectors.Own? = nil
    ) throws {
        let program = SocketWalkProgram()
        let sources = SourceSelector(options.source.candidates(program))
        let procfs = options.source.procfs
        self.sources = sources
        let tcp = TCPCollector(sources, limits: options.series.limits, isSingle: isSingle)
        self.tcp = tcp
        let udpSources = SourceSelector(options.source.udpCandidates(program))
        self.udpSources = udpSources
        let udp = UDPCollector(
            udpSources, limits: options.series.limits, isSingle: isSingle, knownCgroups: { tcp.namespaceCgroups })
        self.udp = udp
        let unixSources = SourceSelector(options.source.unixCandidates)
        let unix = UNIXCollector(unixSources, limits: options.series.limits)
        let kernel = KernelStatisticsSource(procfs: procfs)
        let netstat = NetstatCollector(kernel)
        let collectors = ExporterCollectors(
            tcp: tcp, udp: udp, unix: unix, choice: { sources.choice }, udpChoice: { udpSources.choice },
            unixChoice: { unixSources.choice },
            totals: {
                var folded = tcp.foldedSeries
                folded += udp.foldedSeries
                folded += unix.foldedSeries
                let efforts = [tcp.efforts, udp.efforts, unix.efforts]
                return .init(efforts, of: sources.kinds + udpSources.kinds + unixSources.kinds, foldedSeries: folded)
            },
            sockstat: { try SocketSummary(procfs: procfs) },
            limits: LimitsCollector(KernelLimitsReader(procfs: procfs)), netstat: netstat,
            nodeNames: NodeNamesCollector(kernel, after: netstat), own: own)
        try collectors.register(in: registry, options.collectors)
        for outcome in registry.prepare() {
            if let error = outcome.error { throw error }
        }
    }

    /// The sources in use.
    var choices: [SourceChoice] {
        [sources.choice, udpSources.choice].compactMap { $0 }
    }
}

/// The exporter as a server.
struct ExporterServer {
    private let logger: Logger
    private let server: ScrapeServer
    private let sockets: ListeningSockets

    /// Opens its sockets, prepares its collectors and counts once, so that what cannot work is said now and not to
    /// Prometheus, and gives up the privileges that it may have needed.
    ///
    /// To be called while the process has a single thread: threads inherit the namespace, and the privileges that are
    /// left.
    init(_ options: SocketExporterCommand, logger: Logger, logQueue: LogQueue) throws {
        let build = BuildInformation.current
        logger.info(
            "Starting socket_exporter", metadata: ["version": "\(build.version)", "revision": "\(build.revision)"])

        // The exporter listens where it was started, and counts there or elsewhere.
        let sockets = ListeningSockets()
        try sockets.openTCP(options.web.configuration)
        try CountedNamespace.enter(options.source)

        let statistics = HTTPStatistics()
        let exporter = try Exporter(
            options,
            own: options.web.disableExporterMetrics
                ? nil : .init(http: statistics, droppedLogLines: { logQueue.droppedLines }))
        let log = SourceLog(logger, exporter.sources)
        if options.collectors.isEnabled(\.tcp) {
            let scan = try exporter.sources.scan()
            log.note(scan)
            options.source.warnOfMissingParts(scan, logger)
        }
        let udpLog = SourceLog(logger, exporter.udpSources)
        if options.collectors.isEnabled(\.udp) {
            // Where it fails, each scrape says why.
            udpLog.note(try? exporter.udpSources.scan())
        }
        options.collectors.warnOfMissingScans(logger)
        try Privileges.drop(user: options.privilege.user, kept: options.source.privileges(exporter.choices)) {
            try sockets.openUnix(options.web.configuration)
        }
        // Before there is another thread, which would take the signals.
        cst_hold_stop_signals()
        try logQueue.start()

        self.logger = logger
        self.sockets = sockets
        let (tcp, udp) = (exporter.tcp, exporter.udp)
        var server = ScrapeServer(
            exporter.registry, configuration: options.web.configuration, logger: logger, statistics: statistics,
            landingPage: LandingPage(
                title: "socket_exporter",
                description: """
                    Prometheus exporter of socket statistics. Version \(build.version), revision \(build.revision).
                    """,
                details: { gathered in
                    let failure = gathered.outcomes.first { $0.name == tcp.name }?.error
                    return CountsPage.html(failure.map { .failure($0) } ?? tcp.latest, exporter.sources.choice)
                }),
            onGathered: { _ in
                log.note(try? tcp.latest?.get())
                udpLog.note(try? udp.latest?.get())
            })
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
