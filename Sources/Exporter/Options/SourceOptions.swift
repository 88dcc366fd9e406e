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
            Source of the TCP statistics. auto takes the best that works: bpf (needs CAP_BPF and CAP_PERFMON to start, and \
            Linux 5.17), netlink, proc.
            """)
    var source = Choice.auto

    @Option(
        name: .customLong("path.procfs"),
        help: ArgumentHelp(
            "Mount point of procfs, which must be of the network namespace that is counted. (default: /proc)",
            valueName: "path"),
        transform: FilePath.init(_:))
    var procfs: FilePath = "/proc"

    @Option(
        name: .customLong("netns"),
        help: ArgumentHelp(
            """
            Count the network namespace of this file, such as /run/netns/NAME or /proc/PID/ns/net, and listen in that of the \
            start. Needs CAP_SYS_ADMIN to start.
            """, valueName: "path"),
        transform: FilePath.init(_:))
    var networkNamespace: FilePath?

    @Flag(
        name: .customLong("netns.all"),
        help: """
            Count the sockets of all network namespaces too. With netlink it takes a walk of the kernel's table for each of \
            them, and CAP_SYS_ADMIN and CAP_SYS_PTRACE, which are then kept.
            """)
    var allNamespaces = false

    @Flag(
        name: .customLong("collector.tcp.queues"),
        help: """
            Tell queue bytes and pending timers with bpf too, which takes up to 2.3 times as long. The other sources \
            always do.
            """)
    var queues = false

    @Flag(
        name: .customLong("collector.tcp.bound-inactive"),
        help: """
            Count sockets that are bound and nothing else too (state bound_inactive). Needs netlink and Linux 6.8; \
            costs a second walk, of all bound sockets.
            """)
    var boundInactive = false

    @Flag(
        name: .customLong("collector.tcp.cgroups"),
        help: """
            Tell whose connections they are: TCP sockets by cgroup, with systemd unit, container and pod. With --netns.all \
            those of all network namespaces. Costs bpf about half as much time again, and netlink little.
            """)
    var cgroups = false

    @Flag(
        name: .customLong("collector.tcp.latency"),
        help: """
            Tell how connections are doing, by port: round trips, congestion windows, losses. Costs bpf about as much time \
            again; with netlink the kernel locks each socket.
            """)
    var latency = false

    @Flag(
        name: .customLong("collector.tcp.idle"),
        help: """
            Tell how long connections have been idle, by port. Costs bpf more than as much time again; with netlink the \
            kernel locks each socket.
            """)
    var idle = false

    func validate() throws {
        guard !procfs.isEmpty else {
            throw ValidationError("--path.procfs is empty: give the mount point of procfs.")
        }
        guard networkNamespace?.isEmpty != true else {
            throw ValidationError("--netns is empty: give the file of a network namespace.")
        }
        for (flag, isOn) in [
            ("collector.tcp.bound-inactive", boundInactive), ("netns.all", allNamespaces),
            ("collector.tcp.cgroups", cgroups), ("collector.tcp.latency", latency), ("collector.tcp.idle", idle),
        ] {
            guard !isOn || source != .proc else {
                throw ValidationError("--\(flag) needs bpf or netlink: --source proc cannot tell.")
            }
        }
    }

    /// What the sources in use go on needing.
    func privileges(_ choices: [SourceChoice]) -> Privileges.Kept {
        allNamespaces && choices.contains { $0.source == .netlink } ? .namespaces : []
    }

    /// Says so where what was asked for was not counted.
    func warnOfMissingParts(_ scan: Scan<TCPStatistics>?, _ logger: Logger) {
        guard let scan else { return }
        let statistics = scan.statistics
        func warn(_ flag: String, _ isMissing: Bool, _ sentence: Logger.Message) {
            guard isMissing else { return }
            logger.warning(sentence, metadata: ["flag": "--collector.tcp.\(flag)", "source": "\(scan.source)"])
        }
        warn(
            "bound-inactive", boundInactive && statistics[.boundInactive] == nil,
            "Sockets that are bound and nothing else are not counted: that needs netlink, Linux 6.8 and a free port")
        warn(
            "cgroups", cgroups && statistics.cgroups == nil && scan.failures[.cgroups] == nil,
            "Sockets are not counted by cgroup: that needs bpf, or netlink and Linux 5.9")
        warn(
            "latency", latency && statistics.latency == nil,
            "Round trips are not told: that needs bpf, with kernel structures that it knows, or netlink")
        warn(
            "idle", idle && statistics.idleness == nil,
            "Idle times are not told: that needs bpf, with kernel structures that it knows, or netlink")
    }

    /// The sources to choose from, best first.
    ///
    /// - Parameter program: what walks the kernel's tables, for all protocols.
    func candidates(_ program: SocketWalkProgram) -> [any StatisticsSource<TCPStatistics>] {
        var options: TCPScanOptions = []
        if queues { options.insert(.queues) }
        if boundInactive { options.insert(.boundInactive) }
        if allNamespaces { options.insert(.allNamespaces) }
        if cgroups { options.insert(.cgroups) }
        if latency { options.insert(.latency) }
        if idle { options.insert(.idle) }
        let netlink = NetlinkSource(options, procfs: procfs)
        let proc = ProcSource(procfs: procfs)
        let bpf = BPFSource(options, program: program)
        return switch source {
        case .auto: [bpf, netlink, proc]
        case .bpf: [bpf]
        case .netlink: [netlink]
        case .proc: [proc]
        }
    }

    /// The sources of UDP sockets to choose from, best first. Kernels that take the program may be too old for a walk of
    /// their UDP sockets.
    func udpCandidates(_ program: SocketWalkProgram) -> [any StatisticsSource<UDPStatistics>] {
        let netlink = UDPNetlinkSource(allNamespaces: allNamespaces, procfs: procfs)
        return switch source {
        case .auto, .bpf: [UDPBPFSource(allNamespaces: allNamespaces, program: program), netlink]
        case .netlink: [netlink]
        case .proc: [CountedNamespace.checked(netlink, "UDP", collector: "udp", procfs)]
        }
    }

    /// The sources of UNIX sockets to choose from.
    var unixCandidates: [any StatisticsSource<UNIXStatistics>] {
        let netlink = UNIXNetlinkSource()
        return source == .proc ? [CountedNamespace.checked(netlink, "UNIX", collector: "unix", procfs)] : [netlink]
    }
}
