// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Glibc
import KernelTestSupport
import Testing

@Suite("A dump of the running kernel")
struct LiveDumpTests {
    @Test("finds a listener", arguments: [nil, 4096, 32 * 1024] as [Int?])
    func listener(receiveSize: Int?) throws {
        let listener = try TestSocket.listener()
        let dump = try NetlinkSocket(receiveSize: receiveSize).dump()
        #expect(dump.isComplete)
        #expect(dump.failure == .none)
        #expect(dump.counts.connections(.ipv4, UInt32(TCP_LISTEN)) >= 1)
        extendLifetime(listener)
    }

    @Test("of one family has none of the other", arguments: [CNL_REQUEST_IPV4, CNL_REQUEST_IPV6])
    func oneFamily(kind: cnl_request_kind) throws {
        let dump = try NetlinkSocket().dump(kind)
        #expect(dump.isComplete)
        let other: Family = kind == CNL_REQUEST_IPV4 ? .ipv6 : .ipv4
        #expect((0..<UInt32(CST_STATES)).allSatisfy { dump.counts.connections(other, $0) == 0 })
    }

    @Test("of one state has no other")
    func oneState() throws {
        let listener = try TestSocket.listener()
        let dump = try NetlinkSocket().dump(states: 1 << Int(TCP_LISTEN))
        #expect(dump.isComplete)
        let listening = Family.allCases.map { dump.counts.connections($0, UInt32(TCP_LISTEN)) }.reduce(0, +)
        #expect(listening >= 1)
        #expect(dump.counts.sockets == listening)
        extendLifetime(listener)
    }

    /// INET_DIAG_INFO makes the kernel lock every socket.
    @Test("has the attribute of latency and idle times where these are asked for, and cgroups unasked")
    func info() throws {
        let listener = try TestSocket.listener()
        let socket = try NetlinkSocket()
        let cgroups = try unsafe #require(cnl_cgroups_new(nil, 0))
        let latency = try unsafe #require(cnl_latency_new())
        let idleness = try unsafe #require(cnl_idleness_new())
        defer {
            unsafe cnl_cgroups_free(cgroups)
            unsafe cnl_latency_free(latency)
            unsafe cnl_idleness_free(idleness)
        }
        let plain = socket.dump(playing: []).largestMessage
        #expect(plain > SocketMessage.fixedSize)
        let byCgroup = unsafe socket.dump(playing: []) { unsafe $0.cgroups = cgroups }
        #expect(byCgroup.largestMessage == plain)
        unsafe cnl_cgroups_keep(cgroups)
        #expect(unsafe cnl_cgroups_are_told(cgroups) == TestKernel.isAtLeast(5, 9))
        let measured = unsafe [
            socket.dump(playing: []) { unsafe $0.latency = latency },
            socket.dump(playing: []) { unsafe $0.idleness = idleness },
        ]
        for dump in measured {
            #expect(dump.isComplete)
            #expect(dump.largestMessage > plain + 104)
        }
        extendLifetime(listener)
    }

    @Test("of no state is complete and empty")
    func noState() throws {
        let dump = try NetlinkSocket().dump(states: 0)
        #expect(dump.isComplete)
        #expect(dump.counts.sockets == 0)
    }

    @Test("can be followed by others on the same socket")
    func repeated() throws {
        let socket = try NetlinkSocket()
        for _ in 0..<100 {
            #expect(socket.dump().isComplete)
        }
    }

    @Test("into a buffer that is too small is cut", arguments: [1, 16, 64, 100])
    func smallBuffer(receiveSize: Int) throws {
        let listener = try TestSocket.listener()
        let dump = try NetlinkSocket(receiveSize: receiveSize).dump()
        #expect(!dump.isComplete)
        #expect(dump.failure == Failure(CNL_TRUNCATED))
        #expect(dump.counts.sockets == 0)
        extendLifetime(listener)
    }

    @Test("refuses what another process sends", .enabled(if: Privilege.runsRootTests, "needs CAP_NET_ADMIN"))
    func forged() throws {
        let socket = try NetlinkSocket()
        try #require(socket.sendForgedMessage() == 0)
        let dump = socket.dump()
        #expect(!dump.isComplete)
        #expect(dump.failure == .foreign)
    }

    @Test("reports sockets that are bound and nothing else since Linux 6.8")
    func boundInactive() throws {
        var name = utsname()
        try #require(unsafe uname(&name) == 0)
        let release = unsafe withUnsafeBytes(of: &name.release) {
            unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        let isNewEnough = !numbers.lexicographicallyPrecedes([6, 8])
        let socket = try NetlinkSocket()
        #expect(try socket.reportsBoundInactive() == isNewEnough)
        #expect(socket.dump().isComplete)
    }
}

@Suite("A socket in a network namespace", .enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct SocketNamespaceTests {
    @Test("knows its number, which is no other's")
    func cookie() throws {
        let cookies = try (0..<2).map { _ in
            try TestThread.inNetworkNamespace {
                let socket = try NetlinkSocket()
                let other = try NetlinkSocket()
                #expect(socket.namespaceCookie == other.namespaceCookie)
                return socket.namespaceCookie
            }
        }
        // Before Linux 5.14 both are 0.
        #expect(cookies[0] != cookies[1] || cookies == [0, 0])
    }

    @Test(
        "knows its interfaces and no others", arguments: [0, 0x7fff_ffff, 0x8000_0001, .max] as [UInt32])
    func interfaces(missing: UInt32) throws {
        let (loopback, none) = try TestThread.inNetworkNamespace {
            let socket = try NetlinkSocket()
            return (socket.interfaceName(1), socket.interfaceName(missing))
        }
        #expect(loopback == "lo")
        #expect(none == nil)
    }
}
