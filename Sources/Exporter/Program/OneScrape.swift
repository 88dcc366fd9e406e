// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// One scrape as it is printed.
struct OneScrape {
    var readings: Readings

    /// - Throws: why there is nothing to print, when the sockets could not be counted.
    func bytes(_ format: OnceOptions.Format) throws -> [UInt8] {
        let statistics = try readings.tcp.outcome.get().scan.statistics
        switch format {
        case .text: return exposition(.prometheusText)
        case .openmetrics: return exposition(.openMetrics)
        case .table: return Array(StatesTable(statistics).text.utf8)
        }
    }

    private func exposition(_ format: ExpositionFormat) -> [UInt8] {
        var bytes: [UInt8] = []
        format.write(Collectors.families(from: readings), into: &bytes)
        return bytes
    }
}
