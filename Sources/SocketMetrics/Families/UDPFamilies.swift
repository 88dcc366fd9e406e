// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// UDP statistics as metric families: a pure function. What was not counted has no family, or no sample in one.
enum UDPFamilies {
    private static let sockets = MetricDescription.gauge(
        "socket_udp_sockets",
        help: """
            UDP sockets that are bound to a port, by address family and state: established with a peer that connect(2) named, \
            close without one.
            """)
    private static let receiveQueue = MetricDescription.gauge(
        "socket_udp_receive_queue_bytes", unit: "bytes",
        help: """
            Memory of the datagrams that UDP sockets received and the application has not read yet, with what the kernel adds to \
            each, as ss counts it.
            """)
    private static let sendQueue = MetricDescription.gauge(
        "socket_udp_send_queue_bytes", unit: "bytes",
        help: """
            Memory of the datagrams that were written to UDP sockets and not sent yet, with what the kernel adds to each, as ss \
            counts it.
            """)
    static let drops = MetricDescription.counter(
        "socket_udp_drops_total",
        help: """
            Datagrams that the UDP sockets bound to the port dropped (sk_drops), in most cases because the receive buffer was \
            full, added up from scrape to scrape so that nothing is lost when a socket closes, except what it dropped after the \
            last scrape. A port without drops is shown when it was bound at the scrape before too. There is no sum of the ports \
            without series: it would fall when one of them gets a series of its own.
            """)
    static let namespaces = MetricDescription.gauge(
        "socket_netns_udp_sockets",
        help: """
            UDP sockets that are bound to a port, by network namespace and state. Namespaces are called as in \
            socket_netns_tcp_connections; self is the exporter's own.
            """)

    /// The families that there may be, in the order of the exposition.
    static let metadata = [sockets, receiveQueue, sendQueue, drops, namespaces]

    private static let groups = AddressFamily.allCases.flatMap { family in
        UDPState.allCases.map { state in
            (UDPStatistics.Group(family, state), ["family": family.name, "state": state.name] as Labels)
        }
    }
    private static let families = AddressFamily.allCases.map { ($0, ["family": $0.name] as Labels) }

    /// The families of a scan.
    ///
    /// - Parameter hasHistory: Whether the counters continue those of the last scrape.
    static func families(
        of statistics: UDPStatistics, _ folded: FoldedUDP, hasHistory: Bool
    ) -> [MetricFamily] {
        let states = groups.compactMap { group, labels in
            statistics.sockets[group].map { Sample(MetricValue($0), labels: labels) }
        }
        let queues = statistics.queueBytes.map { [queue(receiveQueue, $0, \.receive), queue(sendQueue, $0, \.send)] }
        let ports = hasHistory ? folded.ports.map { [dropFamily($0)] } : nil
        let namespaces = folded.namespaces.map { [namespaceFamily($0, folded.ownNamespace)] }
        return [MetricFamily(sockets, samples: states)] + (queues ?? []) + (ports ?? []) + (namespaces ?? [])
    }

    private static func queue(
        _ description: MetricDescription, _ queueBytes: [AddressFamily: UDPStatistics.QueueBytes],
        _ direction: KeyPath<UDPStatistics.QueueBytes, UInt64>
    ) -> MetricFamily {
        let samples = families.compactMap { family, labels in
            queueBytes[family].map { Sample(MetricValue($0[keyPath: direction]), labels: labels) }
        }
        return MetricFamily(description, samples: samples)
    }

    private static func dropFamily(_ ports: Folded<UDPStatistics.Port, FoldedUDP.Drops>) -> MetricFamily {
        let samples = ports.kept.map { port, drops in
            Sample(MetricValue(drops.value), labels: ["family": port.family.name, "port": "\(port.number)"])
        }
        return MetricFamily(drops, samples: samples)
    }

    private static func namespaceFamily(
        _ others: Folded<String, UDPNamespaceSeries>, _ own: UDPStateCounts?
    ) -> MetricFamily {
        let rows =
            (own.map { [("self", $0)] } ?? []) + others.kept.map { ($0.key, $0.value.sockets) }
            + (others.rest.map { [(otherLabel, $0.sockets)] } ?? [])
        let samples = rows.flatMap { name, sockets in
            UDPState.allCases.compactMap { state in
                sockets[state].map { Sample(MetricValue($0), labels: ["netns": name, "state": state.name]) }
            }
        }
        return MetricFamily(namespaces, samples: samples)
    }
}
