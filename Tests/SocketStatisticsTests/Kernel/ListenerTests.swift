// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import KernelTestSupport
import SystemPackage
import Testing

@testable import SocketStatistics

/// Listeners that sums would hide or mix up, with real sockets.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct ListenerTests {
    private static let bindToInterface: Int32 = 62  // SO_BINDTOIFINDEX

    /// Two sockets on one port, of which one admits a single connection.
    @Test func aFullQueueShowsBesideAnEmptyOne() throws {
        let (port, scans) = try TestThread.inNetworkNamespace {
            let roomy = try TestSocket.listener(backlog: 1000, isShared: true)
            let narrow = try TestSocket.listener(backlog: 0, isShared: true, sharing: roomy)
            // The kernel spreads them over both.
            let clients = try (0..<64).map { _ in
                let client = try TestSocket()
                try client.connect(to: roomy.port)
                return client
            }
            let sources: [any StatisticsSource<TCPStatistics>] =
                [NetlinkSource()] + (Privilege.runsBPFTests ? [BPFSource()] : [])
            return try withExtendedLifetime((narrow, clients)) {
                (roomy.port, try sources.map { try $0.scan() })
            }
        }
        for scan in scans {
            let listener = try #require(scan.statistics.listeners?.values.first)
            #expect(scan.statistics.listeners?.keys.map(\.port) == [port])
            #expect(listener.sockets == 2)
            #expect(listener.backlogLimit == 1000)
            #expect((2..<1000).contains(listener.backlog))
            #expect(listener.fullSockets == 1, "\(scan.source)")
            #expect(listener.fullness == 1, "\(scan.source)")
        }
    }

    /// One port on every interface of its own, and a scan from another namespace than the thread's.
    @Test func interfacesAreToldApart() throws {
        let source = NetlinkSource([.allNamespaces])
        let (inode, port, scan) = try TestThread.inNetworkNamespace {
            _ = try Shell.output("ip link add 'we\"ird' type veth peer name peer0")
            _ = try Shell.output("ip link set 'we\"ird' up && ip link set peer0 up")
            let weird = Int32(if_nametoindex("we\"ird"))
            let loopback = Int32(if_nametoindex("lo"))
            var listeners: [TestSocket] = []
            for index in [loopback, weird] {
                let socket = try TestSocket()
                try socket.set(Self.bindToInterface, level: SOL_SOCKET, index)
                try socket.bind(port: listeners.first?.port ?? 0)
                guard listen(socket.descriptor, 7) == 0 else { throw TestSystemError("listen") }
                listeners.append(socket)
            }
            let member = try NamespaceMember()
            let scan = try source.scan()
            let port = listeners[0].port
            let fromElsewhere = try TestThread.inNetworkNamespace {
                let elsewhere = try NetlinkSource([.allNamespaces]).scan()
                // The socket stays where it was opened, and so do the names.
                #expect(try source.scan().statistics.listeners == scan.statistics.listeners)
                return elsewhere
            }
            // Their names are not looked up in other namespaces.
            let there = try #require(fromElsewhere.statistics.namespaces?.members[member.inode])
            let interfaces = there.listeners?.keys.map { $0.interface ?? "none" }.sorted()
            #expect(interfaces == ["\(loopback)", "\(weird)"].sorted())
            return withExtendedLifetime((listeners, member)) { (member.inode, port, scan) }
        }
        #expect(scan.statistics.namespaces?.own == inode)
        let address = IPAddress(ipv4: 0x7f00_0001)
        let expected = ["lo", "we\"ird"].map { Endpoint(address, port: port, interface: $0) }
        #expect(scan.statistics.listeners?.keys.sorted() == expected)
        #expect(scan.statistics.listeners?.values.allSatisfy { $0.sockets == 1 && $0.backlogLimit == 7 } == true)
        #expect(scan.statistics.ports?[port]?[.listen] == 2)
    }

    /// A process in a cgroup of its own, seen from another namespace.
    @Test(.enabled(if: CgroupTree.mounted != nil, "needs a unified cgroup hierarchy"))
    func aNamespaceTellsItsCookieListenersAndCgroup() throws {
        let mounted = try #require(CgroupTree.mounted)
        let name = "socket_exporter_test_\(UUID().uuidString)"
        let directory = mounted.root.appending(name).string
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer {
            // A cgroup is busy until its process is reaped.
            for _ in 0..<1000 where rmdir(directory) != 0 && errno == EBUSY { usleep(10_000) }
        }
        var status = stat()
        try #require(stat(directory, &status) == 0)
        let program = """
            import socket, sys
            listener = socket.create_server(("127.0.0.1", 0))
            sys.stdout.write(str(listener.getsockname()[1]) + "\\n")
            sys.stdout.flush()
            sys.stdin.read()
            """
        let (inode, port, scans) = try TestThread.inNetworkNamespace {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "echo $$ > '\(directory)/cgroup.procs' && exec python3 -c '\(program)'"]
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            defer {
                try? input.fileHandleForWriting.close()
                process.waitUntilExit()
            }
            var line = ""
            while !line.hasSuffix("\n") {
                let data = output.fileHandleForReading.availableData
                try #require(!data.isEmpty, "the listener has ended")
                line += String(decoding: data, as: UTF8.self)
            }
            let port = try #require(UInt16(line.dropLast()))
            let own = try NetworkNamespaces().own
            let scans = try TestThread.inNetworkNamespace {
                let walk = Privilege.runsBPFTests ? [BPFSource([.allNamespaces])] : []
                let sources = [NetlinkSource([.allNamespaces]) as any StatisticsSource<TCPStatistics>] + walk
                return try sources.map { try $0.scan() }
            }
            return (own, port, scans)
        }
        for scan in scans {
            let member = try #require(scan.statistics.namespaces?.members[inode])
            #expect(member.listeners?.keys.map(\.port) == [port])
            #expect((member.cookie ?? 0) > 1)
            #expect(member.cgroup == UInt64(status.st_ino))
        }
        let cookies = scans.map { $0.statistics.namespaces?.members[inode]?.cookie }
        #expect(Set(cookies).count == 1)
    }
}
