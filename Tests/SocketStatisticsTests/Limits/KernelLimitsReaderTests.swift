// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import SocketStatistics

/// The reader over a directory that plays procfs.
struct KernelLimitsReaderTests {
    private static let files = [
        "net/sockstat": """
        sockets: used 210
        TCP: inuse 12 orphan 1 tw 34 alloc 50 mem 3
        UDP: inuse 5 mem 1

        """,
        "sys/net/ipv4/tcp_max_orphans": "131072\n",
        "sys/net/ipv4/tcp_max_tw_buckets": "65536\n",
        "sys/net/ipv4/tcp_mem": "10\t20\t30\n",
        "sys/net/ipv4/ip_local_port_range": "32768\t60999\n",
        "sys/net/ipv4/ip_local_reserved_ports": "22,40000-40009\n",
        "sys/net/netfilter/nf_conntrack_count": "7\n",
        "sys/net/netfilter/nf_conntrack_max": "262144\n",
        "sys/fs/file-nr": "1616\t16\t9223372036854775807\n",
        "sys/kernel/osrelease": "6.1.0-42-amd64\n",
    ]

    private static var complete: KernelLimits {
        var limits = KernelLimits()
        limits.openSockets = 210
        limits.orphanSockets = 1
        limits.orphanLimit = 131_072
        limits.timeWaitSockets = 34
        limits.timeWaitLimit = 65_536
        limits.tcpMemory = 12_288
        limits.tcpMemoryLimits = .init(low: 40_960, pressure: 81_920, high: 122_880)
        limits.openFiles = 1600
        limits.openFilesLimit = 9_223_372_036_854_775_807
        limits.conntrackEntries = 7
        limits.conntrackLimit = 262_144
        limits.ephemeralPorts = 28_222
        return limits
    }

    /// - Parameter changes: the texts of other files; nil for a file that does not exist.
    private func procfs(_ changes: [String: String?] = [:]) throws -> ProcDirectory {
        let procfs = try ProcDirectory()
        for (name, text) in Self.files.merging(changes.mapValues { $0 ?? "" }, uniquingKeysWith: { $1 }) {
            if let change = changes[name], change == nil { continue }
            try procfs.write(at: name, text)
        }
        return procfs
    }

    private func read(
        _ procfs: ProcDirectory, pageSize: UInt64 = 4096, until deadline: ContinuousClock.Instant? = nil
    ) throws -> KernelLimitsReader.Reading {
        try KernelLimitsReader(procfs: procfs.path, pageSize: pageSize).read(until: deadline)
    }

    @Test func everythingIsRead() throws {
        let reading = try read(procfs())
        #expect(reading.limits == Self.complete)
        #expect(reading.failure == nil)
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var file: String
        /// Nil where the file does not exist.
        var text: String?
        /// How the limits differ from the complete ones.
        var change: @Sendable (inout KernelLimits) -> Void
        /// What is not said about the rest, from the name of the file on.
        var failure: String?

        var testDescription: String { "\(file): \(text?.prefix(30).debugDescription ?? "missing")" }
    }

    static let changes = [
        Change(file: "sys/net/ipv4/tcp_max_orphans", change: { $0.orphanLimit = nil }),
        Change(file: "sys/net/ipv4/tcp_max_orphans", text: "-1\n", change: { $0.orphanLimit = 0 }),
        Change(
            file: "sys/net/ipv4/tcp_max_orphans", text: "many\n", change: { $0.orphanLimit = nil },
            failure: "sys/net/ipv4/tcp_max_orphans, a number is expected, not \"many\""),
        Change(file: "sys/net/ipv4/tcp_max_tw_buckets", change: { $0.timeWaitLimit = nil }),
        Change(file: "sys/net/ipv4/tcp_max_tw_buckets", text: "0\n", change: { $0.timeWaitLimit = 0 }),
        Change(file: "sys/net/ipv4/tcp_mem", change: { $0.tcpMemoryLimits = nil }),
        Change(
            file: "sys/net/ipv4/tcp_mem", text: "1\t2\n", change: { $0.tcpMemoryLimits = nil },
            failure: "sys/net/ipv4/tcp_mem, 3 numbers are expected, not \"1\\t2\""),
        Change(
            file: "sys/net/ipv4/tcp_mem", text: "1 2 9223372036854775807",
            change: { $0.tcpMemoryLimits = .init(low: 4096, pressure: 8192, high: .max) }),
        Change(file: "sys/net/ipv4/ip_local_port_range", change: { $0.ephemeralPorts = nil }),
        Change(
            file: "sys/net/ipv4/ip_local_port_range", text: "2 1", change: { $0.ephemeralPorts = nil },
            failure: "sys/net/ipv4/ip_local_port_range, a first and a last port are expected, not \"2 1\""),
        Change(file: "sys/net/ipv4/ip_local_reserved_ports", change: { $0.ephemeralPorts = 28_232 }),
        Change(file: "sys/net/ipv4/ip_local_reserved_ports", text: "\n", change: { $0.ephemeralPorts = 28_232 }),
        Change(
            file: "sys/net/ipv4/ip_local_reserved_ports", text: "5,4", change: { $0.ephemeralPorts = nil },
            failure: "sys/net/ipv4/ip_local_reserved_ports, ascending ports are expected, not \"4\""),
        Change(
            file: "sys/net/netfilter/nf_conntrack_count",
            change: { ($0.conntrackEntries, $0.conntrackLimit) = (nil, nil) }),
        Change(
            file: "sys/net/netfilter/nf_conntrack_max",
            change: { ($0.conntrackEntries, $0.conntrackLimit) = (nil, nil) }),
        Change(file: "sys/net/netfilter/nf_conntrack_max", text: "0\n", change: { $0.conntrackLimit = nil }),
        Change(file: "sys/fs/file-nr", change: { ($0.openFiles, $0.openFilesLimit) = (nil, nil) }),
        Change(
            file: "sys/fs/file-nr", text: "1 2 18446744073709551616\n",
            change: { ($0.openFiles, $0.openFilesLimit) = (nil, nil) },
            failure: "sys/fs/file-nr, 3 numbers are expected, not \"1 2 18446744073709551616\""),
        Change(file: "sys/fs/file-nr", text: "1 2 3\n", change: { ($0.openFiles, $0.openFilesLimit) = (0, 3) }),
        Change(file: "sys/kernel/osrelease", change: { _ in }),
        Change(
            file: "net/sockstat", text: "TCP: tw 1\n",
            change: {
                ($0.openSockets, $0.orphanSockets, $0.timeWaitSockets, $0.tcpMemory) = (nil, nil, 1, nil)
            }),
        Change(
            file: "net/sockstat", text: "sockets: used 2\nTCP: orphan x tw 1 mem 1\n",
            change: {
                ($0.openSockets, $0.orphanSockets, $0.timeWaitSockets, $0.tcpMemory) = (2, nil, 1, 4096)
            }, failure: "net/sockstat, line 2: TCP orphan is \"x\", not a number of 64 bits"),
        Change(
            file: "net/sockstat",
            change: {
                ($0.openSockets, $0.orphanSockets, $0.timeWaitSockets, $0.tcpMemory) = (nil, nil, nil, nil)
            }, failure: "net/sockstat does not exist: is procfs mounted there?"),
    ]

    @Test(arguments: changes)
    func whatIsMissingIsNilAndWhatIsWrongIsSaid(_ change: Change) throws {
        let procfs = try procfs([change.file: change.text])
        var expected = Self.complete
        change.change(&expected)
        let reading = try read(procfs)
        #expect(reading.limits == expected)
        #expect(reading.failure?.description == change.failure.map { "\(procfs.path)/\($0)" })
    }

    @Test func theFirstFailureIsSaid() throws {
        let procfs = try procfs(["sys/fs/file-nr": "", "sys/net/ipv4/tcp_max_orphans": ""])
        let reading = try read(procfs)
        #expect(reading.failure?.description.contains("tcp_max_orphans, ") == true)
        #expect(reading.limits.timeWaitLimit == 65_536)
    }

    @Test func aDirectoryInThePlaceOfAFileIsNamed() throws {
        let procfs = try procfs(["sys/fs/file-nr": nil])
        try procfs.write(at: "sys/fs/file-nr/file", "")
        let reading = try read(procfs)
        #expect(reading.failure?.errno == .isDirectory)
        #expect(reading.failure?.description == "\(procfs.path)/sys/fs/file-nr: read failed: Is a directory")
        #expect(reading.limits.openFiles == nil)
    }

    /// The longest that the kernel writes: a free port after each two.
    @Test func aLongListOfReservedPortsIsReadToItsEnd() throws {
        let ranges = stride(from: 10_000, to: 65_530, by: 3).map { "\($0)-\($0 + 1)" }
        let reading = try read(
            procfs([
                "sys/net/ipv4/ip_local_port_range": "1\t65535\n",
                "sys/net/ipv4/ip_local_reserved_ports": ranges.joined(separator: ",") + "\n",
            ]))
        #expect(reading.failure == nil)
        #expect(reading.limits.ephemeralPorts == UInt64(65_535 - 2 * ranges.count))
    }

    @Test func aFileWithoutEndIsNotRead() throws {
        let reading = try read(procfs(["sys/fs/file-nr": String(repeating: "1 ", count: 300_000)]))
        #expect(reading.failure?.code == .malformed)
        let end = "file-nr, it has more than the 524288 bytes that such a file may have"
        #expect(reading.failure?.description.hasSuffix(end) == true, "\(reading.failure?.description ?? "")")
    }

    @Test(arguments: [("5.10.0-9-arm64\n", 3 * 4096), ("6.1.0-42-arm64-16k\n", 3 * 16384), (nil, 3 * 16384)])
    func largePagesAreCountedAsTheKernelDoes(_ release: String?, _ bytes: UInt64) throws {
        let reading = try read(procfs(["sys/kernel/osrelease": release]), pageSize: 16384)
        #expect(reading.limits.tcpMemory == bytes)
        #expect(reading.limits.tcpMemoryLimits?.low == 10 * 16384)
    }

    @Test func aDeadlineThatHasPassedIsKept() throws {
        let procfs = try procfs()
        let error = #expect(throws: SourceError.self) { try read(procfs, until: .now) }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.description == "deadline: the kernel's limits were not all read")
        #expect(try read(procfs, until: .now + .seconds(3600)).failure == nil)
    }
}
