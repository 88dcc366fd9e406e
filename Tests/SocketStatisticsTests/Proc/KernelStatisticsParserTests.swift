// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct KernelStatisticsParserTests {
    typealias Field = KernelStatistics.Field

    private static let drops = Field(.netstat, "TcpExt", "ListenDrops")
    private static let octets = Field(.netstat, "IpExt", "InOctets")
    private static let maxConn = Field(.snmp, "Tcp", "MaxConn")
    private static let noPorts = Field(.snmp6, "Udp6", "NoPorts")
    private static let liteErrors = Field(.snmp6, "UdpLite6", "InErrors")
    private static let inUse = Field(.sockstat, "TCP", "inuse")
    private static let memory = Field(.sockstat, "TCP", "mem")

    private func read(_ text: String, _ file: KernelStatistics.File, _ fields: [Field]) throws -> [Field: Int128] {
        var parser = KernelStatisticsParser(KernelStatisticsParser.groups(fields))
        try parser.read(Array(text.utf8), as: file)
        if let failure = parser.failure { throw failure }
        return parser.values
    }

    // MARK: What is read

    static let good: [(String, KernelStatistics.File, [Field: Int128])] = [
        ("TcpExt: ListenDrops\nTcpExt: 7\n", .netstat, [drops: 7]),
        // Other columns, in another order, between protocols that nobody asks for.
        (
            "X: a b\nX: 1 2\nTcpExt: A ListenDrops B\nTcpExt: 1 7 2\nIpExt: InOctets\nIpExt: 9\n", .netstat,
            [drops: 7, octets: 9]
        ),
        // Kernels without the field, without the protocol, and with a name that only begins alike.
        ("TcpExt: ListenDropsToo\nTcpExt: 1\n", .netstat, [:]),
        ("TcpExtra: ListenDrops\nTcpExtra: 1\n", .netstat, [:]),
        ("IpExt: ListenDrops\nIpExt: 1\n", .netstat, [:]),
        // A protocol without names, as IcmpMsg once was.
        ("IcmpMsg:\nIcmpMsg:\nTcpExt: ListenDrops\nTcpExt: 7\n", .netstat, [drops: 7]),
        // The last line without its end, as Linux 5.10 leaves that of MPTcpExt.
        ("TcpExt: ListenDrops\nTcpExt: 7\nMPTcpExt: MPCapableSYNRX\nMPTcpExt: 0", .netstat, [drops: 7]),
        // The greatest numbers there are.
        ("TcpExt: ListenDrops\nTcpExt: 18446744073709551615\n", .netstat, [drops: Int128(UInt64.max)]),
        ("TcpExt: ListenDrops\nTcpExt: 00000000000000000000000000007\n", .netstat, [drops: 7]),
        ("Tcp: MaxConn\nTcp: -1\n", .snmp, [maxConn: -1]),
        ("Tcp: MaxConn\nTcp: -9223372036854775808\n", .snmp, [maxConn: Int128(Int64.min)]),
        // What nobody asks for may be any word.
        ("Tcp: RtoMin MaxConn\nTcp: x -1\n", .snmp, [maxConn: -1]),
        ("Udp6NoPorts                     \t3\n", .snmp6, [noPorts: 3]),
        ("Ip6InReceives\t1\nUdp6NoPorts\t3\nUdpLite6InErrors\t4\n", .snmp6, [noPorts: 3, liteErrors: 4]),
        ("Udp6NoPortsToo\t3\nUdpLite6NoPorts\t5\nNoPorts\t6\n", .snmp6, [:]),
        ("sockets: used 210\nTCP: inuse 12 orphan 1 mem 3\nUDP: inuse 5\n", .sockstat, [inUse: 12, memory: 3]),
        ("TCP: mem 3 inuse 12\n", .sockstat, [inUse: 12, memory: 3]),
        ("TCP: orphan 1\n", .sockstat, [:]),
        ("TCP:\n", .sockstat, [:]),
        ("TCP:  inuse\t5  mem 18446744073709551615", .sockstat, [inUse: 5, memory: Int128(UInt64.max)]),
        // The name of one protocol, or a number in the place of a name.
        ("UDP: mem 1\nTCP6: inuse 2\nTCP: mem: 3 5 6\n", .sockstat, [:]),
    ]

    @Test(arguments: good)
    func theNumbersAskedForAreRead(_ text: String, _ file: KernelStatistics.File, _ values: [Field: Int128]) throws {
        let fields = [Self.drops, Self.octets, Self.maxConn, Self.noPorts, Self.liteErrors, Self.inUse, Self.memory]
        #expect(try read(text, file, fields.filter { $0.file == file }) == values)
    }

    @Test func aLineOf100KilobytesIsRead() throws {
        let count = 20_000
        let names = (0..<count).map { "Name\($0)" }.joined(separator: " ")
        let numbers = (0..<count).map { "\($0)" }.joined(separator: " ")
        let text = "TcpExt: \(names)\nTcpExt: \(numbers)\n"
        #expect(text.utf8.count > 200_000)
        let last = Field(.netstat, "TcpExt", "Name\(count - 1)")
        #expect(try read(text, .netstat, [last, Self.drops]) == [last: Int128(count - 1)])
    }

    @Test func aWordThatIsNoNumberCostsTheOthersNothing() throws {
        var parser = KernelStatisticsParser(KernelStatisticsParser.groups([Self.inUse, Self.memory]))
        try parser.read(Array("TCP: inuse five mem 3\n".utf8), as: .sockstat)
        #expect(parser.values == [Self.memory: 3])
        #expect(parser.failure?.description == "line 1: TCP inuse is \"five\", not a number of 64 bits")
    }

    // MARK: What is refused

    static let bad: [(String, KernelStatistics.File, String)] = [
        ("", .netstat, "line 1: the file is empty"),
        ("", .snmp6, "line 1: the file is empty"),
        ("", .sockstat, "line 1: the file is empty"),
        ("\n", .netstat, "line 1: it does not begin with a title such as \"Tcp:\""),
        ("TcpExt: ListenDrops\nTcpExt: 7\n\nIpExt: A\nIpExt: 1\n", .netstat, "line 3: it does not begin with a title"),
        ("TcpExt ListenDrops\nTcpExt 7\n", .netstat, "line 1: it does not begin with a title"),
        (
            "TcpExt: ListenDrops\nIpExt: 7\n", .netstat,
            "line 2: it begins with \"IpExt:\" and not with \"TcpExt:\", as the line of names before it"
        ),
        ("TcpExt: ListenDrops\n", .netstat, "line 2: the numbers of \"TcpExt:\" are missing"),
        ("TcpExt: ListenDrops", .netstat, "line 1: the numbers of \"TcpExt:\" are missing"),
        ("TcpExt: ListenDrops A\nTcpExt: 7\n", .netstat, "line 2: \"TcpExt:\" has 1 numbers for 2 names"),
        ("TcpExt: ListenDrops\nTcpExt: 7 8\n", .netstat, "line 2: \"TcpExt:\" has 2 numbers for 1 names"),
        ("TcpExt: ListenDrops\nTcpExt: 1\u{0}\n", .netstat, "line 2: it has a 0 byte"),
        ("TcpExt:\u{0} ListenDrops\nTcpExt: 1\n", .netstat, "line 1: it has a 0 byte"),
        // Also where nobody asks for that protocol: the file is not what it should be.
        ("X: A\nX: 7 8\nTcpExt: ListenDrops\nTcpExt: 7\n", .netstat, "line 2: \"X:\" has 2 numbers for 1 names"),
        (
            "TcpExt: ListenDrops\nTcpExt: 18446744073709551616\n", .netstat,
            "line 2: TcpExt ListenDrops is \"18446744073709551616\", not a number of 64 bits"
        ),
        ("TcpExt: ListenDrops\nTcpExt: -1\n", .netstat, "line 2: TcpExt ListenDrops is \"-1\", not a number"),
        ("TcpExt: ListenDrops\nTcpExt: +1\n", .netstat, "line 2: TcpExt ListenDrops is \"+1\", not a number"),
        ("TcpExt: ListenDrops\nTcpExt: 1.5\n", .netstat, "line 2: TcpExt ListenDrops is \"1.5\", not a number"),
        ("TcpExt: ListenDrops\nTcpExt: 0x1\n", .netstat, "line 2: TcpExt ListenDrops is \"0x1\", not a number"),
        (
            "TcpExt: ListenDrops\nTcpExt: \u{1b}[2J\"\\\n", .netstat,
            "line 2: TcpExt ListenDrops is \"\\x1b[2J\\x22\\x5c\", not a number"
        ),
        ("Tcp: MaxConn\nTcp: -9223372036854775809\n", .snmp, "line 2: Tcp MaxConn is \"-9223372036854775809\", not a"),
        ("Tcp: MaxConn\nTcp: -\n", .snmp, "line 2: Tcp MaxConn is \"-\", not a number of 64 bits"),
        (
            "TcpExt: ListenDrops ListenDrops\nTcpExt: 1 1\n", .netstat,
            "line 2: TcpExt ListenDrops occurs a second time"
        ),
        (
            "TcpExt: ListenDrops\nTcpExt: 1\nTcpExt: ListenDrops\nTcpExt: 1\n", .netstat,
            "line 4: TcpExt ListenDrops occurs a second time"
        ),
        ("Udp6NoPorts\n", .snmp6, "line 1: it must be a name and a number"),
        ("Udp6NoPorts 1 2\n", .snmp6, "line 1: it must be a name and a number"),
        ("Ip6InReceives 1\n\nUdp6NoPorts 1\n", .snmp6, "line 2: it must be a name and a number"),
        ("Udp6NoPorts 1\nUdp6NoPorts 1\n", .snmp6, "line 2: Udp6 NoPorts occurs a second time"),
        ("Udp6NoPorts many\n", .snmp6, "line 1: Udp6 NoPorts is \"many\", not a number of 64 bits"),
        ("TCP: inuse\n", .sockstat, "line 1: the last name of \"TCP:\" has no number"),
        ("TCP: inuse 5 orphan\n", .sockstat, "line 1: the last name of \"TCP:\" has no number"),
        ("TCP: 1 inuse 2\n", .sockstat, "line 1: the last name of \"TCP:\" has no number"),
        ("TCP: inuse inuse 1\n", .sockstat, "line 1: the last name of \"TCP:\" has no number"),
        ("TCP inuse 1\n", .sockstat, "line 1: it does not begin with a title"),
        ("TCP: 5 inuse\n inuse 5\n", .sockstat, "line 2: it does not begin with a title"),
        ("TCP: inuse five\n", .sockstat, "line 1: TCP inuse is \"five\", not a number of 64 bits"),
        ("TCP: inuse -1\n", .sockstat, "line 1: TCP inuse is \"-1\", not a number of 64 bits"),
        ("TCP: inuse 1 inuse 2\n", .sockstat, "line 1: TCP inuse occurs a second time"),
        ("TCP: inuse 5\nTCP: inuse 5\n", .sockstat, "line 2: TCP inuse occurs a second time"),
    ]

    @Test(arguments: bad)
    func anotherFormIsNamedWithItsLine(_ text: String, _ file: KernelStatistics.File, _ sentence: String) {
        let fields = [Self.drops, Self.octets, Self.maxConn, Self.noPorts, Self.inUse].filter { $0.file == file }
        let error = #expect(throws: ProcTextError.self) { try read(text, file, fields) }
        #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
    }

    @Test func aWordOf100KilobytesIsCutInTheSentence() {
        let word = String(repeating: "9", count: 100_000)
        let error = #expect(throws: ProcTextError.self) {
            try read("TcpExt: ListenDrops\nTcpExt: \(word)\n", .netstat, [Self.drops])
        }
        let shown = String(repeating: "9", count: 32)
        #expect(error?.description == "line 2: TcpExt ListenDrops is \"\(shown)…\", not a number of 64 bits")
    }

    /// Whatever the bytes, there is an answer or an error.
    @Test func nothingCrashes() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("TcpExt: ListenDrops 0123456789-\n\t\u{0}é".utf8)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            for file in KernelStatistics.File.allCases {
                var parser = KernelStatisticsParser(
                    KernelStatisticsParser.groups([Self.drops, Self.noPorts, Self.inUse]))
                try? parser.read(bytes, as: file)
            }
        }
    }
}
