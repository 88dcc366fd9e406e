// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketMetrics
internal import SocketStatistics

/// One scrape as it is printed.
struct OneScrape {
    var gathered: Gathered
    /// The scan of TCP sockets, or why there is none; nil where it was not asked for.
    var tcp: Result<Scan<TCPStatistics>, any Error>?

    init(_ gathered: Gathered, _ collector: TCPCollector, _ request: ScrapeRequest) {
        self.gathered = gathered
        // A collector that was late has no result, and its outcome tells why.
        let late = gathered.outcomes.first { $0.name == collector.name }?.error
        tcp = late.map { .failure($0) } ?? collector.result(of: request)
    }

    /// - Throws: Why there is nothing to print, when the sockets could not be counted.
    func bytes(_ format: OnceOptions.Format) throws -> [UInt8] {
        let scan = try tcp?.get()
        switch format {
        case .text: return exposition(.prometheusText)
        case .openmetrics: return exposition(.openMetrics)
        case .table:
            guard let scan else { throw NoTable() }
            let statistics = scan.statistics
            let details = [TextTable.cgroups(statistics), TextTable.latency(statistics)].compactMap { $0?.text }
            return Array(([StatesTable(statistics).text] + details).joined(separator: "\n").utf8)
        }
    }

    private func exposition(_ format: ExpositionFormat) -> [UInt8] {
        var bytes: [UInt8] = []
        format.write(gathered.families, into: &bytes)
        return bytes
    }

    /// There are no counts to make a table of.
    struct NoTable: Error, CustomStringConvertible {
        let description =
            "there is no table without TCP sockets: leave out --no-collector.tcp, or take another --format"
    }
}
