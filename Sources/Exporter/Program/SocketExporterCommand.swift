// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Logging
internal import SocketStatistics

/// The command line of the exporter.
struct SocketExporterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "socket_exporter",
        abstract: "Prometheus exporter of TCP socket statistics, for servers with very many connections.",
        version: BuildInformation.current.summary
    )

    @OptionGroup var web: WebOptions
    @OptionGroup var source: SourceOptions
    @OptionGroup var series: SeriesOptions
    @OptionGroup var privilege: PrivilegeOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var once: OnceOptions

    /// Prints one scrape, or returns the exporter that is to run.
    func start() throws -> Exporter? {
        if once.once {
            try printOnce()
            return nil
        }
        return try Exporter(web: web, source: source, series: series, privilege: privilege, logger: log.logger)
    }

    private func printOnce() throws {
        try Privileges.closeToOthers()
        try CountedNamespace.enter(source)
        let reader = ReadingsReader(
            selector: SourceSelector(source.candidates), procfs: source.procfs, limits: series.limits,
            memory: SeriesMemory(isSingle: true), http: nil)
        let readings = reader.read()
        try StandardStream.output.write(OneScrape(readings: readings).bytes(once.format))
        // On standard error, what is wrong with the scrape and nothing else.
        var logger = log.logger
        logger.logLevel = max(logger.logLevel, .warning)
        OutcomeLog(logger).note(readings)
        source.warnOfMissingStates(readings, logger)
    }
}
