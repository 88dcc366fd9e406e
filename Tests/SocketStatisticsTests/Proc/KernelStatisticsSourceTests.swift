// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import SystemPackage
import Testing

@testable import SocketStatistics

/// The source over a directory that plays procfs, and over the kernel's own.
struct KernelStatisticsSourceTests {
    typealias Field = KernelStatistics.Field

    private static let drops = Field(.netstat, "TcpExt", "ListenDrops")
    private static let segments = Field(.snmp, "Tcp", "OutSegs")
    private static let noPorts = Field(.snmp6, "Udp6", "NoPorts")
    private static let inUse = Field(.sockstat6, "TCP6", "inuse")
    private static let all = KernelStatistics.Selection([drops, segments, noPorts, inUse])

    private static func completeDirectory() throws -> ProcDirectory {
        let procfs = try ProcDirectory()
        try procfs.write("netstat", "TcpExt: ListenDrops\nTcpExt: 1\n")
        try procfs.write("snmp", "Tcp: OutSegs\nTcp: 2\n")
        try procfs.write("snmp6", "Udp6NoPorts \t3\n")
        try procfs.write("sockstat6", "TCP6: inuse 4\n")
        return procfs
    }

    @Test func eachFileIsRead() throws {
        let procfs = try Self.completeDirectory()
        let statistics = KernelStatisticsSource(procfs: procfs.path).read(Self.all)
        #expect(statistics.values == [Self.drops: 1, Self.segments: 2, Self.noPorts: 3, Self.inUse: 4])
        #expect(statistics[Self.drops] == 1)
        #expect(statistics.failures.isEmpty && statistics.failure == nil)
        #expect(statistics.hasIPv6)
        #expect(statistics.pageSize >= 4096)
    }

    @Test func filesThatNobodyAsksForAreNotRead() throws {
        let procfs = try ProcDirectory()
        try procfs.write("netstat", "TcpExt: ListenDrops\nTcpExt: 1\n")
        let source = KernelStatisticsSource(procfs: procfs.path)
        #expect(source.read(KernelStatistics.Selection([Self.drops])).failure == nil)
        #expect(
            source.read(KernelStatistics.Selection([]))
                == KernelStatistics(pageSize: source.read(KernelStatistics.Selection([])).pageSize))
    }

    @Test func withoutIPv6ItsNumbersAreAbsent() throws {
        let procfs = try ProcDirectory()
        try procfs.write("netstat", "TcpExt: ListenDrops\nTcpExt: 1\n")
        try procfs.write("snmp", "Tcp: OutSegs\nTcp: 2\n")
        try procfs.write("sockstat", "TCP: inuse 4\n")
        let statistics = KernelStatisticsSource(procfs: procfs.path).read(Self.all)
        #expect(statistics.values == [Self.drops: 1, Self.segments: 2])
        #expect(statistics.failure == nil)
        #expect(!statistics.hasIPv6)
    }

    /// As when the process has ended whose directory it is: a sum of both families must not fall to that of IPv4.
    @Test(arguments: [noPorts, inUse])
    func withoutTheFileOfIPv4ThatOfIPv6IsMissing(_ field: Field) throws {
        let procfs = try ProcDirectory()
        let statistics = KernelStatisticsSource(procfs: procfs.path).read(KernelStatistics.Selection([field]))
        #expect(statistics.hasIPv6)
        let path = "\(procfs.path)/net/\(field.file.rawValue)"
        #expect(statistics.failure?.description == "\(path) does not exist: is procfs mounted there?")
    }

    @Test func aNumberThatIsNoneLeavesTheOthersOfItsFile() throws {
        let procfs = try ProcDirectory()
        try procfs.write("snmp", "Tcp: InSegs OutSegs\nTcp: x 2\n")
        let selection = KernelStatistics.Selection([Self.segments, Field(.snmp, "Tcp", "InSegs")])
        let statistics = KernelStatisticsSource(procfs: procfs.path).read(selection)
        #expect(statistics.values == [Self.segments: 2])
        #expect(
            statistics.failure?.description
                == "\(procfs.path)/net/snmp, line 2: Tcp InSegs is \"x\", not a number of 64 bits")
    }

    @Test func aFileThatFailsLeavesTheOthers() throws {
        let procfs = try Self.completeDirectory()
        try procfs.write("netstat", "TcpExt: ListenDrops A\nTcpExt: 1\n")
        let statistics = KernelStatisticsSource(procfs: procfs.path).read(Self.all)
        #expect(statistics.values == [Self.segments: 2, Self.noPorts: 3, Self.inUse: 4])
        #expect(statistics.failures[.netstat]?.code == .malformed)
        #expect(
            statistics.failure?.description
                == "\(procfs.path)/net/netstat, line 2: \"TcpExt:\" has 1 numbers for 2 names")
    }

    @Test func missingFilesAreNamedInOneSentence() throws {
        let procfs = try ProcDirectory()
        let selection = KernelStatistics.Selection([Self.segments, Self.drops])
        let failure = KernelStatisticsSource(procfs: procfs.path).read(selection).failure
        #expect(failure?.code == .unavailable)
        #expect(
            failure?.description == """
                \(procfs.path)/net/snmp does not exist: is procfs mounted there?; \
                \(procfs.path)/net/netstat does not exist: is procfs mounted there?
                """)
    }

    @Test func aDirectoryInPlaceOfAFileIsNamed() throws {
        let procfs = try ProcDirectory()
        try procfs.makeDirectory("snmp6")
        let statistics = KernelStatisticsSource(procfs: procfs.path).read(KernelStatistics.Selection([Self.noPorts]))
        #expect(statistics.failure?.description == "\(procfs.path)/net/snmp6: read failed: Is a directory")
        // There is IPv6: its numbers are missing in a sum.
        #expect(statistics.hasIPv6)
    }

    @Test func aFileWithoutEndIsNotReadOn() throws {
        let procfs = try ProcDirectory()
        try procfs.write("snmp", String(repeating: "x", count: 524_288))
        let failure = KernelStatisticsSource(procfs: procfs.path).read(KernelStatistics.Selection([Self.segments]))
            .failure
        #expect(
            failure?.description
                == "\(procfs.path)/net/snmp, it has more than the 524288 bytes that such a file may have")
    }

    @Test func nothingIsReadAfterTheDeadline() throws {
        let procfs = try Self.completeDirectory()
        let statistics = KernelStatisticsSource(procfs: procfs.path).read(Self.all, until: .now - .seconds(1))
        #expect(statistics.values.isEmpty)
        #expect(Set(statistics.failures.keys) == [.snmp, .snmp6, .netstat, .sockstat6])
        #expect(statistics.failures.values.allSatisfy { $0.code == .deadlineExceeded })
    }

    /// Every number that the kernel has is read as nstat and the files tell it, in a namespace where nothing happens.
    @Test(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
    func theNumbersAreThoseOfNstat() throws {
        let (statistics, nstat) = try TestThread.inNetworkNamespace {
            // Three connections, so that not all is 0.
            _ = try Shell.output(
                """
                python3 -c '
                import socket
                server = socket.create_server(("127.0.0.1", 0))
                pairs = [(socket.create_connection(server.getsockname()), server.accept()) for _ in range(3)]
                '
                """)
            let fields = try Shell.output("cat /proc/thread-self/net/snmp /proc/thread-self/net/netstat")
                .split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count > 1 && Int($0[1]) == nil }
                .flatMap { words in
                    let group = words[0].dropLast()
                    let file: KernelStatistics.File = group.hasSuffix("Ext") ? .netstat : .snmp
                    return words.dropFirst().map { Field(file, String(group), String($0)) }
                }
            while true {
                // Late segments, such as delayed acknowledgements, may fall between the readings.
                let before = try Shell.output("nstat -asz")
                let statistics = KernelStatisticsSource(procfs: "/proc/thread-self")
                    .read(KernelStatistics.Selection(Set(fields)))
                guard try Shell.output("nstat -asz") == before else { continue }
                let words = before.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
                let numbers = words.filter { $0.count > 1 }.map { ($0[0], Int128($0[1])) }
                return (statistics, Dictionary(numbers) { first, _ in first })
            }
        }
        #expect(statistics.failure == nil)
        #expect(statistics.values.count > 200)
        #expect(statistics[Field(.snmp, "Tcp", "ActiveOpens")] == 3)
        var compared = 0
        for (field, value) in statistics.values {
            guard let told = nstat[Substring(field.group + field.name)], value >= 0 else { continue }
            compared += 1
            #expect(told == value, "\(field)")
        }
        #expect(compared > 150)
    }
}
