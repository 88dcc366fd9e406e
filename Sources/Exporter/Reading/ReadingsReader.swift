// SPDX-License-Identifier: Apache-2.0

internal import ScrapeServing
internal import SocketMetrics
internal import SocketStatistics
internal import SystemPackage

/// Reads everything for a scrape: the one place that asks the kernel.
struct ReadingsReader: Sendable {
    let selector: SourceSelector
    let procfs: FilePath
    let limits: SeriesLimits
    var memory = SeriesMemory()
    /// The exporter's own counts; nil leaves out the metrics about itself.
    var own: OwnCounts?

    /// The counts of the exporter's own server and log.
    struct OwnCounts: Sendable {
        let http: HTTPStatistics
        let log: LogQueue
    }

    func read() -> Readings {
        let tcp = Measured { try selector.scan() }
        // Right after the scan: the two are compared.
        let summary = Measured { try SocketSummary(procfs: procfs) }
        let own = own.map { own in
            Readings.Own(
                process: Measured { try ProcessStatistics() }, http: own.http.snapshot(),
                droppedLogLines: own.log.droppedLines)
        }
        let (metrics, folded) = memory.metrics(tcp.value?.scan.statistics, limits)
        return Readings(
            tcp: tcp, summary: summary, repeats: selector.repeats, rereadChains: selector.rereadChains,
            metrics: metrics, foldedSeries: folded, own: own)
    }
}
