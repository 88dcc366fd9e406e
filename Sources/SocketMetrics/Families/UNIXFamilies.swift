// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// Metric families of UNIX statistics: a pure function.
enum UNIXFamilies {
    private static let sockets = MetricDescription.gauge(
        "socket_unix_sockets",
        help: """
            UNIX sockets by kind and state. The server's end of a connection counts once it was accepted; before, it is in the \
            listener's backlog.
            """)
    private static let backlog = MetricDescription.gauge(
        "socket_unix_listener_backlog",
        help: """
            Connections that wait to be accepted, of all UNIX sockets that listen on the path. An abstract name begins with @. \
            Backslashes, bytes that are not printable UTF-8, and the first byte of a path that begins with @ or is called other \
            are written \\xHH.
            """)
    private static let backlogLimit = MetricDescription.gauge(
        "socket_unix_listener_backlog_limit",
        help: """
            Connections that may wait to be accepted, of all UNIX sockets that listen on the path. The kernel admits one more \
            than the limit for each of them.
            """)

    /// The families that there may be, with the prefix `socket`.
    static var metadata: [MetricDescription] { [sockets] + listenerMetadata }

    /// Those of listeners.
    static var listenerMetadata: [MetricDescription] { [backlog, backlogLimit] }

    private static let series = UNIXStatistics.Group.all.map { group in
        (group, ["kind": group.kind.name, "state": group.state.name] as Labels)
    }

    /// - Parameter listeners: those of the statistics, within their limit.
    static func families(
        of statistics: UNIXStatistics, _ listeners: Folded<UNIXSocketName, UNIXListener>?
    ) -> [MetricFamily] {
        let samples = series.compactMap { group, labels in
            statistics.sockets[group].map { Sample(MetricValue($0), labels: labels) }
        }
        let families = listeners.map { listeners in
            [family(backlog, listeners, \.backlog), family(backlogLimit, listeners, \.backlogLimit)]
        }
        return [MetricFamily(sockets, samples: samples)] + (families ?? [])
    }

    private static func family(
        _ description: MetricDescription, _ listeners: Folded<UNIXSocketName, UNIXListener>,
        _ value: (UNIXListener) -> UInt64
    ) -> MetricFamily {
        let samples = listeners.kept.map { Sample(MetricValue(value($1)), labels: ["path": $0.label]) }
        let rest = listeners.rest.map { [Sample(MetricValue(value($0)), labels: ["path": otherLabel])] } ?? []
        return MetricFamily(description, samples: samples + rest)
    }
}

extension UNIXSocketName {
    /// The value of its label: that of no other name, and not that of the rest.
    var label: String {
        let text = description
        return text == otherLabel ? descriptionEscapingFirst : text
    }
}
