// SPDX-License-Identifier: Apache-2.0

import CNetlink
import Foundation
import KernelTestSupport
import SystemPackage
import Testing

@testable import SocketStatistics

@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct UNIXSourceTests {
    /// What `ss -xan` counts: `u_str LISTEN` and so on.
    private static func ss() throws -> [UNIXStatistics.Group: UInt64] {
        let kinds = ["u_str": UNIXSocketKind.stream, "u_dgr": .datagram, "u_seq": .sequencedPacket]
        let states = ["ESTAB": UNIXState.established, "UNCONN": .close, "LISTEN": .listen]
        var sockets = Dictionary(uniqueKeysWithValues: UNIXStatistics.Group.all.map { ($0, 0 as UInt64) })
        for line in try Shell.output("ss -xanH").split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            let group = UNIXStatistics.Group(try #require(kinds[words[0]]), try #require(states[words[1]]))
            sockets[group, default: 0] += 1
        }
        return sockets
    }

    private static func abstract(_ name: String) -> [UInt8] { [0] + name.utf8 }

    private static func listener(_ scan: UNIXScan, _ name: [UInt8]) -> UNIXListener? {
        scan.statistics.listeners?[UNIXSocketName(bytes: name)]
    }

    /// A directory that goes with the test.
    private static func withDirectory<Value>(_ body: (String) throws -> Value) throws -> Value {
        let directory = String(try Shell.output("mktemp -d").dropLast())
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return try body(directory)
    }

    @Test func everyKindAndStateIsWhatSSCounts() throws {
        let (scan, expected) = try TestThread.inNetworkNamespace {
            var sockets: [UNIXTestSocket] = []
            for (index, kind) in UNIXTestSocket.Kind.allCases.enumerated() {
                for _ in 0...index {
                    let pair = try UNIXTestSocket.pair(kind)
                    sockets += [pair.0, pair.1, try UNIXTestSocket(kind)]
                }
            }
            for kind in [UNIXTestSocket.Kind.stream, .sequencedPacket] {
                let name = Self.abstract("listener")
                let listener = try UNIXTestSocket.listener(name, kind: kind)
                sockets.append(listener)
                // One is accepted, and one waits.
                for _ in 0..<2 {
                    let client = try UNIXTestSocket(kind)
                    #expect(try client.connect(to: name))
                    sockets.append(client)
                }
                sockets.append(try listener.accept())
            }
            let named = try UNIXTestSocket(.datagram)
            try named.bind(Self.abstract("datagrams"))
            let client = try UNIXTestSocket(.datagram)
            #expect(try client.connect(to: Self.abstract("datagrams")))
            sockets += [named, client]
            return try withExtendedLifetime(sockets) { (try UNIXNetlinkSource().scan(), try Self.ss()) }
        }
        #expect(scan.source == .netlink)
        #expect(scan.statistics.sockets == expected)
        #expect(scan.statistics[.stream, .listen] == 1)
        #expect(scan.statistics[.sequencedPacket, .established] == 9)
        #expect(scan.unknown == UnknownCounts(families: 0, states: 0, kinds: 0, attributes: 0, messages: 0))
        #expect(scan.effort == ScanEffort())
        // Each kind has abstract names of its own.
        let shared = UNIXListener(sockets: 2, backlog: 2, backlogLimit: 32, fullSockets: 0)
        #expect(
            scan.statistics.listeners
                == Breakdown(
                    [UNIXSocketName(abstract: "listener"): shared],
                    others: UNIXListener(sockets: 0, backlog: 0, backlogLimit: 0)))
    }

    @Test func anEmptyNamespaceHasNone() throws {
        let scan = try TestThread.inNetworkNamespace { try UNIXNetlinkSource().scan() }
        #expect(scan.statistics.sockets.count == 8)
        #expect(scan.statistics.total == 0)
        #expect(scan.statistics.listeners?.counts == [:])
    }

    /// The kernel admits one more than the limit.
    @Test(arguments: [UNIXTestSocket.Kind.stream, .sequencedPacket], [0, 1, 5] as [Int32])
    func aFullBacklogShows(_ kind: UNIXTestSocket.Kind, _ limit: Int32) throws {
        let name = Self.abstract("full")
        let scans = try TestThread.inNetworkNamespace {
            let listener = try UNIXTestSocket.listener(name, backlog: limit, kind: kind)
            let source = UNIXNetlinkSource()
            var scans = [try source.scan()]
            var clients: [UNIXTestSocket] = []
            for _ in 0...limit {
                let client = try UNIXTestSocket(kind)
                #expect(try client.connect(to: name))
                clients.append(client)
                scans.append(try source.scan())
            }
            let refused = try UNIXTestSocket(kind)
            #expect(try !refused.connect(to: name))
            clients += [refused, try listener.accept()]
            scans.append(try source.scan())
            return withExtendedLifetime((listener, clients)) { scans }
        }
        let backlogs = scans.map { Self.listener($0, name)?.backlog }
        #expect(backlogs == (0...UInt64(limit) + 1).map { $0 } + [UInt64(limit)])
        #expect(scans.allSatisfy { Self.listener($0, name)?.backlogLimit == UInt64(limit) })
        #expect(
            scans.map { Self.listener($0, name)?.fullSockets } == scans.indices.map { $0 == scans.count - 2 ? 1 : 0 })
    }

    @Test func namesAreAnyBytes() throws {
        try Self.withDirectory { directory in
            let paths = ["plain", "new\nline", "quo\"te'\\", "@at", "caf\u{e9}", "cafe\u{301}"].map { Array($0.utf8) }
            let start = Array(directory.utf8) + [UInt8(ascii: "/")]
            // One without a 0 byte at its end: the kernel adds it.
            let longest = start + [UInt8](repeating: 0x6c, count: 108 - start.count)
            let names =
                (paths + [[0xff, 0xfe], [0xc3]]).map { start + $0 } + [longest]
                + [
                    Self.abstract("plain"), Self.abstract("a\0b"), Self.abstract("end\0"), Self.abstract("\0"),
                    Self.abstract(""), Self.abstract("@at"), [0, 0xff], [0] + [UInt8](repeating: 0x6c, count: 107),
                ]
            let scan = try TestThread.inNetworkNamespace {
                let listeners = try names.enumerated().map { index, name in
                    try UNIXTestSocket.listener(name, backlog: Int32(index))
                }
                return try withExtendedLifetime(listeners) { try UNIXNetlinkSource().scan() }
            }
            let expected = names.enumerated().map { index, name in
                (UNIXSocketName(bytes: name), UNIXListener(backlog: 0, backlogLimit: UInt64(index)))
            }
            #expect(scan.statistics.listeners?.counts == Dictionary(uniqueKeysWithValues: expected))
            let texts = expected.map { Array($0.0.description.utf8) }
            #expect(Set(texts).count == names.count)
        }
    }

    /// A relative path is told as it was given, and one whose file was removed is still the socket's name.
    @Test func socketsThatShareAPathAreAddedUp() throws {
        try Self.withDirectory { directory in
            let path = Array("\(directory)/shared".utf8)
            let scan = try TestThread.inNetworkNamespace {
                let listeners = try (1...3 as ClosedRange<Int32>).map { backlog in
                    let listener = try UNIXTestSocket.listener(path, backlog: backlog)
                    try FileManager.default.removeItem(atPath: "\(directory)/shared")
                    return listener
                }
                return try withExtendedLifetime(listeners) { try UNIXNetlinkSource().scan() }
            }
            let shared = UNIXListener(sockets: 3, backlog: 0, backlogLimit: 6)
            #expect(scan.statistics.listeners?.counts == [UNIXSocketName(bytes: path): shared])
        }
    }

    @Test(arguments: [(0, 1), (1, 1), (3, 1), (9, 2), (10, 9), (10, 10), (10, 100), (100, 1)])
    func whatIsBeyondTheRoomIsAddedUp(_ limit: Int, _ expected: Int) throws {
        let (busy, scans) = try TestThread.inNetworkNamespace {
            let names = (0..<10).map { Self.abstract("listener \($0)") }
            let listeners = try names.map { try UNIXTestSocket.listener($0, backlog: 7) }
            let clients = try [3, 3, 8].map { index in
                let client = try UNIXTestSocket()
                #expect(try client.connect(to: names[index]))
                return client
            }
            let source = UNIXNetlinkSource(listenerLimit: limit, expecting: expected)
            // The second begins with what the first has learned.
            return try withExtendedLifetime((listeners, clients)) {
                ([names[3], names[8]], try [source.scan(), source.scan()])
            }
        }
        for scan in scans {
            let listeners = try #require(scan.statistics.listeners)
            #expect(listeners.counts.count == min(limit, 10))
            #expect(listeners.otherKeys == 10 - min(limit, 10))
            let all = listeners.counts.values.reduce(try #require(listeners.others), +)
            #expect(all == UNIXListener(sockets: 10, backlog: 3, backlogLimit: 70, fullSockets: 0))
            for (name, backlog) in zip(busy.prefix(limit), [2, 1] as [UInt64]) {
                #expect(Self.listener(scan, name)?.backlog == backlog)
            }
            #expect(scan.statistics[.stream, .listen] == 10)
            #expect(scan.effort == ScanEffort())
        }
    }

    @Test func aHundredThousandListenersAreCountedAndSomeAreNamed() throws {
        let population = try LargePopulation(["unix_listen=100000"])
        let (scan, count) = try TestThread.inNetworkNamespace(of: population.namespace) {
            let clients = try (0..<2).map { _ in
                let client = try UNIXTestSocket()
                #expect(try client.connect(to: Self.abstract("unix_listen/77777")))
                return client
            }
            return try withExtendedLifetime(clients) {
                (try UNIXNetlinkSource().scan(), try Shell.output("ss -xlnH | grep -c LISTEN"))
            }
        }
        withExtendedLifetime(population) {}
        #expect(count == "100000\n")
        #expect(scan.statistics[.stream, .listen] == 100_000)
        #expect(scan.statistics[.stream, .established] == 2)
        let listeners = try #require(scan.statistics.listeners)
        #expect(listeners.counts.count == 4096)
        #expect(listeners.otherKeys == 95_904)
        #expect(listeners.others == UNIXListener(sockets: 95_904, backlog: 0, backlogLimit: 95_904 * 4096))
        let busy = Self.listener(scan, Self.abstract("unix_listen/77777"))
        #expect(busy == UNIXListener(backlog: 2, backlogLimit: 4096))
    }

    @Test func itNeedsNoPrivilege() throws {
        let scans = try TestThread.inNetworkNamespace {
            let listener = try UNIXTestSocket.listener(Self.abstract("listener"))
            return try withExtendedLifetime(listener) {
                [
                    try UNIXNetlinkSource().scan(),
                    try TestThread.withoutCapabilities { try UNIXNetlinkSource().scan() },
                ]
            }
        }
        #expect(scans[0].statistics.listeners?.counts.count == 1)
        #expect(scans[0].statistics == scans[1].statistics)
    }

    @Test func preparingOpensTheSocketInTheNamespaceOfTheThread() throws {
        let source = UNIXNetlinkSource()
        let listener = try TestThread.inNetworkNamespace {
            try source.prepare()
            return try UNIXTestSocket.listener(Self.abstract("listener"))
        }
        let scan = try source.scan()
        #expect(scan.statistics.total == 1)
        withExtendedLifetime(listener) {}
    }

    @Test func withoutNetlinkTheSourceSaysWhatToAllow() throws {
        let questions: [() throws -> Void] = [
            { try UNIXNetlinkSource().prepare() }, { _ = try UNIXNetlinkSource().scan() },
        ]
        for ask in questions {
            let result = try TestThread.withoutNetlink { Result { try ask() } }
            let error = #expect(throws: SourceError.self) { try result.get() }
            #expect(error?.code == .unavailable)
            #expect(error?.description.contains("AF_NETLINK") == true)
            #expect(error?.description.hasSuffix("or do without the counts of UNIX sockets") == true)
        }
    }

    @Test func withoutTheModuleTheSourceNamesIt() {
        let failure = NetlinkSocket.Failure(reason: CNL_REFUSED, errno: .noSuchFileOrDirectory, call: nil)
        #expect(failure.unixSourceError.code == .unavailable)
        #expect(
            failure.unixSourceError.description == """
                unix_diag is not available (No such file or directory): modprobe unix_diag, or do without the counts of \
                UNIX sockets
                """)
    }

    @Test func aScanEndsAtItsDeadline() throws {
        let source = UNIXNetlinkSource()
        let error = #expect(throws: SourceError.self) { try source.scan(until: .now - .seconds(1)) }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.description.hasPrefix("deadline") == true)
        #expect(try source.scan(until: .now + .seconds(600)).source == .netlink)
        // In the midst of a question too.
        var conversation = UNIXConversation()
        let failure = #expect(throws: NetlinkSocket.Failure.self) { try conversation.ask(until: .now - .seconds(1)) }
        #expect(failure?.reason == CNL_DEADLINE)
    }

    @Test func aForeignMessageCostsOneRetryAndNoCount() throws {
        let scans = try TestThread.inNetworkNamespace {
            let listener = try UNIXTestSocket.listener(Self.abstract("listener"))
            let source = UNIXNetlinkSource()
            let quiet = try source.scan()
            #expect(try SockDiagSockets.disturb() == 1)
            let scans = [quiet, try source.scan(), try source.scan()]
            return withExtendedLifetime(listener) { scans }
        }
        #expect(scans.allSatisfy { $0.statistics == scans[0].statistics })
        #expect(scans.map(\.effort) == [0, 1, 0].map { ScanEffort(repeats: $0) })
    }
}
