// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// Whether lines of the log were lost.
struct LogCollector: Collector {
    private static let dropped = MetricDescription.counter(
        "socket_exporter_dropped_log_lines_total",
        help: "Lines of the log that could not be written to standard error, or did not fit into the queue.")

    let droppedLines: @Sendable () -> UInt64

    var name: String { "log" }
    var metadata: [MetricDescription] { [Self.dropped] }

    func collect(_ request: ScrapeRequest) -> Collected {
        Collected([MetricFamily(Self.dropped, samples: [Sample(MetricValue(droppedLines()))])])
    }
}
