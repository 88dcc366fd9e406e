// SPDX-License-Identifier: Apache-2.0

internal import ScrapeServing
internal import SocketMetrics
internal import SocketStatistics

/// All that was read for one scrape: what the collectors make their metric families of.
struct Readings: Sendable {
    /// What the exporter says about its own process, its HTTP server and its log.
    struct Own: Sendable {
        var process: Measured<ProcessStatistics>
        var http: HTTPStatistics.Snapshot
        var droppedLogLines: UInt64
    }

    var tcp: Measured<SourceSelector.Result>
    var summary: Measured<SocketSummary>
    var repeats: [SourceKind: UInt64]
    var rereadChains: [SourceKind: UInt64]
    /// The scan as metric families; nil where there is no scan.
    var metrics: TCPMetrics?
    var foldedSeries: FoldedSeries
    /// Nil where it was not asked for.
    var own: Own?

    /// How a collector's reading went. It has no duration of its own where it is a part of another's.
    struct Outcome {
        var name: String
        var duration: Duration?
        var failure: (any Error)?
    }

    /// The outcomes by collector, in the order of the exposition.
    var collectors: [Outcome] {
        var result = [Outcome("tcp", tcp), Outcome("sockstat", summary)]
        if let scan = tcp.value?.scan, scan.statistics.listeners != nil || scan.listenerFailure != nil {
            result.append(Outcome(name: "listeners", duration: nil, failure: scan.listenerFailure))
        }
        if let scan = tcp.value?.scan, scan.statistics.namespaces != nil || scan.namespaceFailure != nil {
            result.append(Outcome(name: "netns", duration: nil, failure: scan.namespaceFailure))
        }
        if let own {
            result.append(Outcome("process", own.process))
        }
        return result
    }
}

extension Readings.Outcome {
    fileprivate init(_ name: String, _ measured: Measured<some Sendable>) {
        self.init(name: name, duration: measured.duration, failure: measured.failure)
    }
}
