// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// Metric families of TCP statistics: a pure function, one type for each group of families.
protocol TCPFamilies: SendableMetatype {
    /// The families that there may be, with the prefix `socket`.
    static var metadata: [MetricDescription] { get }

    static func families(of metrics: TCPMetrics) -> [MetricFamily]
}

extension TCPMetrics {
    /// All families in the order of the exposition.
    static let allFamilies: [any TCPFamilies.Type] = [
        ConnectionFamilies.self,
        QueueFamilies.self,
        TimerFamilies.self,
        ListenerFamilies.self,
        PortFamilies.self,
        EphemeralPortFamilies.self,
        LatencyFamilies.self,
        IdlenessFamilies.self,
        NamespaceFamilies.self,
        CgroupFamilies.self,
        ConnectionTableFamilies.self,
    ]
}

/// The value of a label for what has no series of its own.
let otherLabel = "other"
/// The value of a label for what has none of its kind.
let noneLabel = "none"

extension Sample {
    /// A sample for each state that was counted.
    static func byState(_ counts: StateCounts, _ labels: (name: String, value: String)) -> [Sample] {
        TCPState.allCases.compactMap { state in
            counts[state].map { Sample(MetricValue($0), labels: [labels.name: labels.value, "state": state.name]) }
        }
    }
}
