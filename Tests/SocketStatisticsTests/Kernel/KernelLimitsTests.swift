// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import SystemPackage
import Testing

@testable import SocketStatistics

/// Sockets that near their limits: what is read must be what the kernel's own files, ss and nstat say.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct KernelLimitsTests {
    private static func read(_ procfs: FilePath = "/proc/thread-self") throws -> KernelLimits {
        let reading = try KernelLimitsReader(procfs: procfs).read()
        if let failure = reading.failure { throw failure }
        return reading.limits
    }

    /// Sets a value of the calling thread's network namespace.
    private static func set(_ name: String, _ value: String) throws {
        _ = try Shell.output("echo '\(value)' > /proc/sys/net/\(name)")
    }

    /// The number that a command writes.
    private static func number(_ command: String) throws -> UInt64? {
        UInt64(try Shell.output(command).filter { !$0.isWhitespace })
    }

    /// What is read in a moment in which a command says the same before and after.
    private static func read(beside command: String) throws -> (limits: KernelLimits, told: UInt64?) {
        for _ in 0..<1000 {
            let before = try number(command)
            let limits = try read()
            if try number(command) == before { return (limits, before) }
        }
        throw TestSystemError("a moment in which `\(command)` says the same twice", ETIMEDOUT)
    }

    // MARK: Sockets

    /// Their bytes have no room at the peer, so that the FIN waits behind them.
    @Test func orphansAreThoseOfTheHost() throws {
        let count: UInt64 = 20
        let (read, here) = try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener(backlog: Int32(count))
            try listener.set(SO_RCVBUF, level: SOL_SOCKET, 4096)
            let servers = try (0..<count).map { _ in
                let client = try TestSocket()
                try client.set(SO_SNDBUF, level: SOL_SOCKET, 4096)
                try client.connect(to: listener.port)
                let server = try listener.accept()
                try client.sendUntilFull()
                return server
            }
            // In FIN_WAIT1 and without an inode. A process that another test starts holds the descriptors until it runs
            // its program.
            let orphans = "awk '$4 == \"04\" && $10 == 0' /proc/net/tcp | wc -l"
            for _ in 0..<1000 where try Self.number(orphans) != count {
                usleep(1000)
            }
            return try withExtendedLifetime(servers) {
                (
                    try Self.read(beside: "awk '/^TCP:/ { print $5 }' /proc/net/sockstat"),
                    try Self.number(orphans)
                )
            }
        }
        #expect(here == count)
        #expect(read.limits.orphanSockets == read.told)
        #expect(read.limits.orphanSockets ?? 0 >= count)
        // The limit is not shown in other namespaces than the first.
        #expect(read.limits.orphanLimit == nil)
    }

    @Test func connectionsInTimeWaitAreThoseOfTheNamespace() throws {
        let (limits, ss) = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try Self.set("ipv4/tcp_max_tw_buckets", "4321")
            for address in [TestSocket.Address.ipv4, .ipv4, .ipv4, .ipv6, .ipv6] {
                try population.timeWait(address)
            }
            return try withExtendedLifetime(population) {
                (try Self.read(), try Self.number("ss -tanH state time-wait | wc -l"))
            }
        }
        #expect(ss == 5)
        #expect(limits.timeWaitSockets == 5)
        #expect(limits.timeWaitLimit == 4321)
    }

    @Test func connectionsBeyondTheLimitAreNotInTimeWait() throws {
        let (limits, overflows) = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try Self.set("ipv4/tcp_max_tw_buckets", "3")
            for _ in 0..<5 {
                try population.timeWait()
            }
            return try withExtendedLifetime(population) {
                (
                    try Self.read(),
                    try Self.number("nstat -asz TcpExtTCPTimeWaitOverflow | awk '/Overflow/ { print $2 }'")
                )
            }
        }
        #expect(limits.timeWaitSockets == 3)
        #expect(limits.timeWaitLimit == 3)
        #expect(overflows == 2)
    }

    @Test func openSocketsAreThoseOfTheNamespace() throws {
        let read = try TestThread.inNetworkNamespace {
            let sockets = try (0..<7).map { _ in try TestSocket() }
            return try withExtendedLifetime(sockets) {
                try Self.read(beside: "awk '/^sockets:/ { print $3 }' /proc/net/sockstat")
            }
        }
        #expect(read.limits.openSockets == read.told)
        #expect(read.limits.openSockets ?? 0 >= 7)
    }

    // MARK: Ports

    /// Ten ports towards one destination, and one connection too many.
    @Test func anExhaustedPortRangeIsAsLargeAsItsConnections() throws {
        let (limits, statistics, ports, refusal) = try TestThread.inNetworkNamespace {
            try Self.set("ipv4/ip_local_port_range", "40000 40011")
            try Self.set("ipv4/ip_local_reserved_ports", "1000,40003,40007-40007,50000")
            let listener = try TestSocket()
            try listener.bind(port: 20_000)
            guard listen(listener.descriptor, 16) == 0 else { throw TestSystemError("listen") }
            let clients = try (0..<10).map { _ in
                let client = try TestSocket()
                try client.connect(to: 20_000)
                return client
            }
            let refusal = Result { try TestSocket().connect(to: 20_000) }
            return try withExtendedLifetime((listener, clients)) {
                (
                    try Self.read(), try NetlinkSource().scan().statistics,
                    try Self.number("ss -tanH state established dport = :20000 | wc -l"), refusal
                )
            }
        }
        let error = #expect(throws: TestSystemError.self) { try refusal.get() }
        #expect(error?.description == "connect: \(String(cString: strerror(EADDRNOTAVAIL)))")
        #expect(ports == 10)
        #expect(limits.ephemeralPorts == 10)
        #expect(statistics.ephemeralPorts == .init(portsInUse: 10, busiestDestination: 10))
    }

    /// The list has 150,006 bytes, of which a read with less room gives the beginning alone.
    @Test func allReservedPortsAreLeftOut() throws {
        let limits = try TestThread.inNetworkNamespace {
            try Self.set("ipv4/ip_local_port_range", "1025 65535")
            // The kernel takes less than a page with each write, and adds it to the ports of those before.
            let program = """
                import os
                file = os.open("/proc/sys/net/ipv4/ip_local_reserved_ports", os.O_WRONLY)
                ports = [str(port) for port in range(10001, 60002, 2)]
                for i in range(0, len(ports), 600): os.write(file, ",".join(ports[i:i + 600]).encode())
                """
            _ = try Shell.output("python3 -c '\(program)'")
            return try Self.read()
        }
        #expect(limits.ephemeralPorts == 64_511 - 25_001)
    }

    // MARK: Other limits

    @Test func whatIsOfTheHostIsThatOfItsFiles() throws {
        let limits = try Self.read("/proc")
        #expect(limits.orphanLimit == (try Self.number("cat /proc/sys/net/ipv4/tcp_max_orphans")))
        #expect(limits.openFilesLimit == (try Self.number("cat /proc/sys/fs/file-max")))
        #expect((1...(limits.openFilesLimit ?? 0)).contains(limits.openFiles ?? 0))
        let levels = try Shell.output("cat /proc/sys/net/ipv4/tcp_mem").split(whereSeparator: \.isWhitespace)
            .compactMap { UInt64($0).map { $0 * UInt64(getpagesize()) } }
        #expect(levels == limits.tcpMemoryLimits.map { [$0.low, $0.pressure, $0.high] })
    }

    @Test func memoryIsThatOfTheHost() throws {
        let read = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            for _ in 0..<10 { try population.queued() }
            return try withExtendedLifetime(population) {
                try Self.read(beside: "awk '/^TCP:/ { print $11 }' /proc/net/sockstat")
            }
        }
        #expect(read.limits.tcpMemory == read.told.map { $0 * UInt64(getpagesize()) })
        #expect(read.limits.tcpMemoryLimits == nil)
    }

    @Test(.enabled(if: access("/proc/sys/net/netfilter/nf_conntrack_count", F_OK) == 0, "needs nf_conntrack"))
    func trackedConnectionsAreThoseOfTheNamespace() throws {
        let (limits, limit) = try TestThread.inNetworkNamespace {
            try ConntrackEntries.add(3)
            return (try Self.read(), try Self.number("cat /proc/sys/net/netfilter/nf_conntrack_max"))
        }
        #expect(limits.conntrackEntries == 3)
        #expect(limits.conntrackLimit == limit)
    }

    // MARK: Another namespace's

    /// The directory of the calling thread, as other threads find it.
    private static func threadDirectory() throws -> FilePath {
        var name = [CChar](repeating: 0, count: 64)
        let length = readlink("/proc/thread-self", &name, name.count)
        guard length > 0 else { throw TestSystemError("readlink") }
        return FilePath("/proc").appending(
            String(decoding: name[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    /// Runs `body` in a namespace of its own, with the directory of a thread of another one, which has one connection
    /// in TIME_WAIT and 9 ephemeral ports.
    private static func besideAnother<Value>(_ body: @escaping (FilePath) throws -> Value) throws -> Value {
        try TestThread.inNetworkNamespace {
            try set("ipv4/tcp_max_tw_buckets", "777")
            try set("ipv4/ip_local_port_range", "40000 40009")
            try set("ipv4/ip_local_reserved_ports", "40003")
            let population = TestPopulation()
            try population.timeWait()
            let directory = try threadDirectory()
            return try withExtendedLifetime(population) { try TestThread.inNetworkNamespace { try body(directory) } }
        }
    }

    @Test func limitsAreThoseOfTheNamespaceThatProcfsTellsOf() throws {
        let (there, here) = try Self.besideAnother { (try Self.read($0), try Self.read()) }
        #expect(there.timeWaitLimit == 777)
        #expect(there.timeWaitSockets == 1)
        #expect(there.ephemeralPorts == 9)
        #expect(here.timeWaitLimit != 777)
        #expect(here.timeWaitSockets == 0)
        #expect(here.ephemeralPorts != 9)
        #expect((there.conntrackEntries == nil) == (here.conntrackEntries == nil))
    }

    @Test func whatWasOpenedIsReadWithoutPrivileges() throws {
        let readings = try Self.besideAnother { directory in
            let reader = KernelLimitsReader(procfs: directory)
            reader.prepare()
            return try TestThread.withoutCapabilities { try (0..<2).map { _ in try reader.read() } }
        }
        for reading in readings {
            #expect(reading.failure == nil)
            #expect(reading.limits.timeWaitLimit == 777)
            #expect(reading.limits.ephemeralPorts == 9)
        }
    }

    @Test func whatMayNotBeReadIsAbsentAndSaid() throws {
        let (directory, reading) = try Self.besideAnother { directory in
            (
                directory,
                try TestThread.withoutCapabilities { try KernelLimitsReader(procfs: directory).read() }
            )
        }
        #expect(reading.failure?.code == .unavailable)
        #expect(reading.failure?.errno == .notPermitted)
        #expect(
            reading.failure?.description == """
                \(directory)/../../../sys/net/ipv4/tcp_max_tw_buckets is that of another network namespace, which \
                cannot be entered (Operation not permitted): start as root or with CAP_SYS_ADMIN
                """)
        #expect(reading.limits.timeWaitLimit == nil)
        #expect(reading.limits.ephemeralPorts == nil)
        #expect(reading.limits.conntrackEntries == nil)
        #expect(reading.limits.timeWaitSockets == 1)
        #expect(reading.limits.openFiles != nil)
    }

    @Test func whatHasEndedIsAbsentAndSaid() throws {
        let (reader, before) = try Self.besideAnother { directory in
            let reader = KernelLimitsReader(procfs: directory)
            return (reader, try reader.read())
        }
        #expect(before.failure == nil)
        let after = try reader.read()
        #expect(after.failure != nil)
        #expect(after.limits.timeWaitLimit == nil)
        #expect(after.limits.timeWaitSockets == nil)
    }
}
