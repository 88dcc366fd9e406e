// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SocketMetrics

/// How many series there may be.
struct SeriesOptions: ParsableArguments {
    private static let most = 10_000

    @Option(
        name: .customLong("collector.tcp.port-limit"), parsing: .unconditional,
        help: ArgumentHelp(
            "Local ports with series of their own, those with the most sockets; the rest are \"other\".",
            valueName: "number"))
    var ports = SeriesLimits()[.ports]

    @Option(
        name: .customLong("collector.tcp.listener-limit"), parsing: .unconditional,
        help: ArgumentHelp(
            "Listening addresses with series of their own: the own namespace's first, then those with a full queue or drops.",
            valueName: "number"))
    var listeners = SeriesLimits()[.listeners]

    @Option(
        name: .customLong("collector.tcp.cgroup-limit"), parsing: .unconditional,
        help: ArgumentHelp(
            "Cgroups with series of their own, those with the most sockets; the rest are \"other\".",
            valueName: "number"))
    var cgroups = SeriesLimits()[.cgroups]

    @Option(
        name: .customLong("collector.udp.port-limit"), parsing: .unconditional,
        help: ArgumentHelp(
            "UDP ports with series of their own: those with drops since the last scrape, then those with the most drops.",
            valueName: "number"))
    var udpPorts = SeriesLimits()[.udpPorts]

    @Option(
        name: .customLong("collector.unix.listener-limit"), parsing: .unconditional,
        help: ArgumentHelp(
            "Names of listening UNIX sockets with series of their own: those with a full queue, then the longest backlogs.",
            valueName: "number"))
    var unixListeners = SeriesLimits()[.unixListeners]

    @Option(
        name: .customLong("netns.limit"), parsing: .unconditional,
        help: ArgumentHelp(
            "Other network namespaces with series of their own, those with the most sockets.", valueName: "number"))
    var namespaces = SeriesLimits()[.namespaces]

    func validate() throws {
        let limits = [
            ("collector.tcp.port-limit", ports), ("collector.tcp.listener-limit", listeners),
            ("collector.udp.port-limit", udpPorts), ("collector.unix.listener-limit", unixListeners),
            ("netns.limit", namespaces), ("collector.tcp.cgroup-limit", cgroups),
        ]
        for (name, limit) in limits where !(0...Self.most).contains(limit) {
            throw ValidationError("--\(name) must be from 0 to \(Self.most), not \(limit).")
        }
    }

    var limits: SeriesLimits {
        [
            .ports: ports, .listeners: listeners, .namespaces: namespaces, .cgroups: cgroups, .udpPorts: udpPorts,
            .udpNamespaces: namespaces, .unixListeners: unixListeners,
        ]
    }
}
