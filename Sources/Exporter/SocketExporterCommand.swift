// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Exposition
internal import Logging
internal import SocketMetrics
internal import SocketStatistics

/// The command line of the exporter.
struct SocketExporterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "socket_exporter",
        abstract: "Prometheus exporter of socket statistics, for servers with very many connections.",
        version: BuildInformation.current.summary
    )

    @OptionGroup var web: WebOptions
    @OptionGroup var source: SourceOptions
    @OptionGroup var collectors: CollectorOptions
    @OptionGroup var series: SeriesOptions
    @OptionGroup var privilege: PrivilegeOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var once: OnceOptions

    /// Prints one scrape, or serves until it is asked to stop.
    func start() throws {
        if once.once {
            try printOnce()
        } else {
            try serve()
        }
    }

    private func serve() throws {
        try Privileges.closeToOthers()
        let queue = LogQueue(StandardStream.error)
        let logger = log.logger(queue.add)
        defer { queue.flush(seconds: 1) }
        do {
            try ExporterServer(self, logger: logger, logQueue: queue).run()
        } catch {
            // A server says in its log why it ends.
            logger.error("\(error)")
            throw ExitCode.failure
        }
    }

    private func printOnce() throws {
        let deadline = once.timeout.map { ContinuousClock().now.advanced(by: $0.duration) }
        try Privileges.closeToOthers()
        try CountedNamespace.enter(source)
        let exporter = try Exporter(self, isSingle: true)
        try Privileges.drop(user: privilege.user, kept: source.privileges(exporter.choices))
        let request = ScrapeRequest(deadline: deadline)
        let gathered = exporter.registry.gather(request)
        let scrape = OneScrape(gathered, exporter.tcp, request)
        try StandardStream.output.write(scrape.bytes(once.format))
        // On standard error, what is wrong with the scrape and nothing else.
        var logger = log.logger { try? StandardStream.error.write($0.utf8) }
        logger.logLevel = max(logger.logLevel, .warning)
        let scan = exporter.tcp.scan(of: request)
        SourceLog(logger, exporter.sources).note(scan)
        SourceLog(logger, exporter.udpSources).note(exporter.udp.scan(of: request))
        collectors.warnOfMissingScans(logger)
        for outcome in gathered.outcomes {
            guard let error = outcome.error else { continue }
            logger.error("Collector failed", metadata: ["collector": "\(outcome.name)", "err": "\(error)"])
        }
        source.warnOfMissingParts(scan, logger)
    }
}
