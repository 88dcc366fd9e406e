// SPDX-License-Identifier: Apache-2.0

internal import SocketMetrics
internal import SocketStatistics
internal import Synchronization

/// Makes metrics of scans, and remembers what one scrape needs of those before it.
///
/// Scans come in the order in which they were made, from the one thread that gathers: after an older one, counters would
/// count again what had been counted.
final class SeriesMemory: Sendable {
    private struct State {
        var history = SeriesHistory()
        var cgroups = CgroupPaths()
        /// The series that were left out, over all scrapes.
        var folded = FoldedSeries()
    }

    private let state = Mutex(State())
    private let isSingle: Bool

    /// - Parameter isSingle: this is the only scrape of the process, without the counters that need one before.
    init(isSingle: Bool = false) {
        self.isSingle = isSingle
    }

    /// The metrics of a scan; nil where there is none.
    ///
    /// - Returns: with them, how many series were left out until now.
    func metrics(_ statistics: TCPStatistics?, _ limits: SeriesLimits) -> (metrics: TCPMetrics?, folded: FoldedSeries) {
        state.withLock { state in
            guard let statistics else { return (nil, state.folded) }
            let names =
                statistics.namespaces == nil
                ? NamespaceNames(names: [:]) : NamespaceNames(cgroups: state.cgroups.paths(of: statistics.namespaces))
            let metrics =
                isSingle
                ? TCPMetrics(statistics, limits: limits, names: names)
                : TCPMetrics(statistics, limits: limits, names: names, history: &state.history)
            state.folded += metrics.foldedSeries
            return (metrics, state.folded)
        }
    }
}
