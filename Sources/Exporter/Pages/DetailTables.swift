// SPDX-License-Identifier: Apache-2.0

internal import SocketMetrics
internal import SocketStatistics

extension TextTable {
    /// The most cgroups, or ports, that are shown.
    private static let limit = 10

    /// The cgroups with the most sockets; nil where they were not counted.
    static func cgroups(_ statistics: TCPStatistics) -> TextTable? {
        guard let cgroups = statistics.cgroups else { return nil }
        let states: [TCPState] = [.established, .closeWait, .listen]
        let named = cgroups.byLabel.filter { $0.value.total > 0 }
            .sorted { ($0.value.total, $1.key) > ($1.value.total, $0.key) }
        let rest = named.dropFirst(limit).map(\.value) + [cgroups.members.others].compactMap { $0 }
        let rows =
            named.prefix(limit).map { (printable($0.key), $0.value) }
            + [("other", rest.reduce([:]) { $0.states.isEmpty ? $1 : $0 + $1 }), ("none", cgroups.none)]
        return TextTable(
            header: ["cgroup"] + states.map(\.name) + ["total"],
            rows: rows.filter { $0.1.total > 0 }.map { name, counts in
                [name] + states.map { "\(counts[$0] ?? 0)" } + ["\(counts.total)"]
            })
    }

    /// The listening ports with the most connections; nil where it was not measured.
    static func latency(_ statistics: TCPStatistics) -> TextTable? {
        guard let latency = statistics.latency else { return nil }
        func connections(_ latency: TCPLatency) -> UInt64 { latency.congestionWindows.count }
        // No table of nothing.
        guard connections(latency.listening.counts.values.reduce(latency.unlistened, +)) > 0 else { return nil }
        let ports = latency.listening.counts.filter { connections($0.value) > 0 }
            .sorted { (connections($0.value), $1.key) > (connections($1.value), $0.key) }
        let rest = (ports.dropFirst(limit).map(\.value) + [latency.listening.others].compactMap { $0 })
            .reduce(TCPLatency(), +)
        let rows =
            ports.prefix(limit).map { ("\($0.key)", $0.value) } + [("other", rest), ("none", latency.unlistened)]
        return TextTable(
            header: ["port", "connections", "rtt p50 ms", "rtt p99 ms", "retransmitting", "zero window", "lost"],
            rows: rows.filter { connections($0.1) > 0 }.map { port, latency in
                [
                    port, "\(connections(latency))", milliseconds(latency.roundTrips.quantile(0.5)),
                    milliseconds(latency.roundTrips.quantile(0.99)), "\(latency.retransmitting)",
                    latency.zeroWindow.map { "\($0)" } ?? "", "\(latency.lostSegments)",
                ]
            })
    }

    /// With two decimals; empty where there is none.
    private static func milliseconds(_ seconds: Double?) -> String {
        guard let seconds else { return "" }
        let hundredths = UInt64((seconds * 1e5).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// A name that moves nothing on a terminal, whoever chose it.
    private static func printable(_ name: String) -> String {
        UNIXSocketName(path: name).description
    }
}
