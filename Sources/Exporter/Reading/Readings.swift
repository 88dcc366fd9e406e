// SPDX-License-Identifier: Apache-2.0

internal import ScrapeServer
internal import SocketStatistics

/// All that was read for one scrape: what the collectors make their metric families of.
struct Readings: Sendable {
    /// What the exporter says about its own process and its HTTP server.
    struct Own: Sendable {
        var process: Measured<ProcessStatistics>
        var http: HTTPStatistics.Snapshot
    }

    var tcp: Measured<SourceSelector.Result>
    var summary: Measured<SocketSummary>
    var retries: [SourceKind: UInt64]
    /// Nil where it was not asked for.
    var own: Own?

    /// The outcomes by collector, in the order of the exposition.
    var collectors: [(name: String, duration: Duration, failure: (any Error)?)] {
        var result = [
            ("tcp", tcp.duration, tcp.failure),
            ("sockstat", summary.duration, summary.failure),
        ]
        if let own {
            result.append(("process", own.process.duration, own.process.failure))
        }
        return result
    }
}
