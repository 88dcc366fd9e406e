// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import SocketStatistics

struct OwnSocketsTests {
    @Test(
        arguments: [
            ("FDSize:\t256\n", 256), ("Name:\tx\nFDSize:\t32768\nGroups:\t\n", 32768), ("FDSize: 0", 0),
            ("FDSize:\t-1\n", nil), ("FDSize:\t4294967296\n", nil), ("FDSize:\t\n", nil), ("XFDSize:\t1\n", nil),
            ("Name:\tFDSize: 7\n", nil), ("", nil),
        ] as [(String, Int32?)])
    func theSizeOfTheDescriptorTableIsRead(_ status: String, _ size: Int32?) {
        #expect(OwnSockets.size(in: status) == size)
    }

    /// Each once however many descriptors it has, in low places of the table and in high ones, and no other file.
    @Test func openSocketsAreListedAndClosedOnesAreNot() throws {
        var pair: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0)
        let copy = fcntl(pair[0], F_DUPFD_CLOEXEC, 900)
        try #require(copy >= 900)
        let inodes = try pair.map(Self.inodeByLink(of:))
        let before = try OwnSockets.inodes()
        #expect(before.isSuperset(of: inodes))
        close(pair[0])
        close(pair[1])
        let copied = try OwnSockets.inodes()
        #expect(copied.contains(inodes[0]))
        #expect(!copied.contains(inodes[1]))
        close(copy)
        #expect(try !OwnSockets.inodes().contains(inodes[0]))
    }

    @Test func socketsWithoutConnectionsAreNotListed() throws {
        let datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(datagrams >= 0)
        #expect(try !OwnSockets.inodes().contains(Self.inodeByLink(of: datagrams)))
        close(datagrams)
    }

    /// As `/proc/self/fd` has it: `socket:[1234]`.
    private static func inodeByLink(of descriptor: Int32) throws -> UInt32 {
        var link = [CChar](repeating: 0, count: 64)
        let length = readlink("/proc/self/fd/\(descriptor)", &link, link.count)
        let text = String(decoding: link.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return try #require(text.wholeMatch(of: /socket:\[(\d+)\]/).flatMap { UInt32($0.1) }, "\(text)")
    }
}

struct ScanFilterTests {
    private static func selected(_ filter: SocketFilter, listeningPorts: [UInt16] = [80]) -> SelectedSockets? {
        ScanFilter(filter, ownInodes: [7, 8]).selected(listeningPorts: listeningPorts)
    }

    @Test func eachFilterSelectsItsOwn() {
        #expect(Self.selected(.all) == nil)
        #expect(Self.selected(.process) == SelectedSockets(inodes: [7, 8], ports: [80]))
        #expect(Self.selected(.ownSockets, listeningPorts: []) == SelectedSockets(inodes: [7, 8]))
        #expect(Self.selected(.ownPorts) == SelectedSockets(ports: [80]))
        #expect(Self.selected(.ports([1, 2]), listeningPorts: []) == SelectedSockets(ports: [1, 2]))
        #expect(Self.selected(.ports([]), listeningPorts: []) == SelectedSockets())
    }

    @Test func listenersAreAskedForWhereTheirPortsAreNeeded() {
        let asked = [SocketFilter.all, .process, .ownSockets, .ownPorts, .ports([80])].map {
            ScanFilter($0, ownInodes: [7]).ownListeners
        }
        let own = SelectedSockets(inodes: [7])
        #expect(asked == [nil, own, nil, own, nil])
    }
}
