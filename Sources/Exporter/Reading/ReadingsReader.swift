// SPDX-License-Identifier: Apache-2.0

internal import ScrapeServer
internal import SocketMetrics
internal import SocketStatistics
internal import SystemPackage

/// Reads everything for a scrape: the one place that asks the kernel.
struct ReadingsReader: Sendable {
    let selector: SourceSelector
    let procfs: FilePath
    let limits: SeriesLimits
    var memory = SeriesMemory()
    /// The server's statistics; nil leaves out what the exporter says about itself.
    let http: HTTPStatistics?

    func read() -> Readings {
        let tcp = Measured { try selector.scan() }
        // Right after the scan: the two are compared.
        let summary = Measured { try SocketSummary(procfs: procfs) }
        let own = http.map { http in
            Readings.Own(process: Measured { try ProcessStatistics() }, http: http.snapshot())
        }
        let (metrics, folded) = memory.metrics(tcp.value?.scan.statistics, limits)
        return Readings(
            tcp: tcp, summary: summary, repeats: selector.repeats, rereadChains: selector.rereadChains,
            metrics: metrics, foldedSeries: folded, own: own)
    }
}
