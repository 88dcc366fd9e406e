// SPDX-License-Identifier: Apache-2.0

public import SocketStatistics

extension ExampleStatistics {
    /// The kernel's own numbers, each with a number of its own, under the names that procfs gives them.
    public static let kernel = KernelStatistics(
        Dictionary(
            uniqueKeysWithValues: kernelNames.enumerated().flatMap { place, line in
                line.names.enumerated().map { index, name in
                    let field = KernelStatistics.Field(line.file, line.group, name)
                    return (field, name == "MaxConn" ? -1 : Int128(1000 * (place + 1) + index))
                }
            }))

    private static let kernelNames: [(file: KernelStatistics.File, group: String, names: [String])] = [
        (.snmp, "Ip", ["Forwarding", "DefaultTTL"]),
        (.snmp, "Icmp", ["InMsgs", "InErrors", "InCsumErrors", "OutMsgs"]),
        (
            .snmp, "Tcp",
            [
                "RtoAlgorithm", "MaxConn", "ActiveOpens", "PassiveOpens", "AttemptFails", "EstabResets", "CurrEstab",
                "InSegs", "OutSegs", "RetransSegs", "InErrs", "OutRsts",
            ]
        ),
        (.snmp, "Udp", ["InDatagrams", "NoPorts", "InErrors", "OutDatagrams", "RcvbufErrors", "SndbufErrors"]),
        (.snmp, "UdpLite", ["InDatagrams", "NoPorts", "InErrors"]),
        (.snmp6, "Ip6", ["InReceives", "InOctets", "OutOctets"]),
        (.snmp6, "Icmp6", ["InMsgs", "InErrors", "OutMsgs", "InType1"]),
        (.snmp6, "Udp6", ["InDatagrams", "NoPorts", "InErrors", "OutDatagrams", "RcvbufErrors", "SndbufErrors"]),
        (.snmp6, "UdpLite6", ["InDatagrams", "NoPorts", "InErrors"]),
        (
            .netstat, "TcpExt",
            [
                "SyncookiesSent", "SyncookiesRecv", "SyncookiesFailed", "ListenOverflows", "ListenDrops", "TCPTimeouts",
                "TCPAbortOnMemory", "TCPOFOQueue", "TCPSynRetrans", "TCPRcvQDrop",
            ]
        ),
        (.netstat, "IpExt", ["InOctets", "OutOctets"]),
        (.sockstat, "sockets", ["used"]),
        (.sockstat, "TCP", ["inuse", "orphan", "tw", "alloc", "mem"]),
        (.sockstat, "UDP", ["inuse", "mem"]),
        (.sockstat, "UDPLITE", ["inuse"]),
        (.sockstat, "RAW", ["inuse"]),
        (.sockstat, "FRAG", ["inuse", "memory"]),
        (.sockstat6, "TCP6", ["inuse"]),
        (.sockstat6, "UDP6", ["inuse"]),
        (.sockstat6, "UDPLITE6", ["inuse"]),
        (.sockstat6, "RAW6", ["inuse"]),
        (.sockstat6, "FRAG6", ["inuse", "memory"]),
    ]
}
