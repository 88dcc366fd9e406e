// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Logging
internal import SocketStatistics
internal import SystemPackage

/// Where the socket statistics come from.
struct SourceOptions: ParsableArguments {
    enum Choice: String, CaseIterable, ExpressibleByArgument {
        case auto
        case bpf
        case netlink
        case proc
    }

    @Option(
        name: .customLong("source"),
        help: """
            Source of the TCP statistics. auto takes netlink, and proc while that fails. bpf counts a million sockets in \
            a tenth of the time, and tells of states alone; it needs CAP_BPF and CAP_PERFMON.
            """)
    var source = Choice.auto

    @Option(
        name: .customLong("path.procfs"),
        help: ArgumentHelp("Mount point of procfs. (default: /proc)", valueName: "path"),
        transform: FilePath.init(_:))
    var procfs: FilePath = "/proc"

    @Flag(
        name: .customLong("collector.tcp.bound-inactive"),
        help: """
            Count sockets that are bound and nothing else too (state bound_inactive). Needs netlink and Linux 6.8; \
            costs a second walk, of all bound sockets.
            """)
    var boundInactive = false

    func validate() throws {
        guard !boundInactive || source == .auto || source == .netlink else {
            throw ValidationError(
                "--collector.tcp.bound-inactive needs netlink: --source \(source.rawValue) cannot tell.")
        }
    }

    /// Says so where states that were asked for were not counted.
    func warnOfMissingStates(_ readings: Readings, _ logger: Logger) {
        guard boundInactive, let result = readings.tcp.value, result.scan.statistics[.boundInactive] == nil else {
            return
        }
        logger.warning(
            "Sockets that are bound and nothing else are not counted: that needs netlink, Linux 6.8 and a free port",
            metadata: ["flag": "--collector.tcp.bound-inactive", "source": "\(result.choice.source)"])
    }

    /// The sources to choose from, best first.
    var candidates: [any TCPStatisticsSource] {
        let netlink = NetlinkSource(countsBoundInactive: boundInactive)
        let proc = ProcSource(procfs: procfs)
        return switch source {
        case .auto: [netlink, proc]
        case .bpf: [BPFSource()]
        case .netlink: [netlink]
        case .proc: [proc]
        }
    }
}
