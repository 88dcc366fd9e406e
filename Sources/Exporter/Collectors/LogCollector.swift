// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// Whether lines of the log were lost.
enum LogCollector: Collector {
    private static let dropped = MetricDescription.counter(
        "socket_exporter_dropped_log_lines_total",
        help: "Lines of the log that could not be written to standard error, or did not fit into the queue.")

    static func families(from readings: Readings) -> [MetricFamily] {
        guard let own = readings.own else { return [] }
        return [MetricFamily(dropped, samples: [Sample(MetricValue(own.droppedLogLines))])]
    }
}
