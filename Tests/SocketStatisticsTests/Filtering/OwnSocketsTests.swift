// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import SocketStatistics

struct OwnSocketsTests {
    @Test(arguments: [
        ("socket:[1]", 1), ("socket:[4294967295]", UInt32.max), ("socket:[0]", 0), ("socket:[007]", 7),
        ("socket:[4294967296]", nil), ("socket:[99999999999999999999]", nil), ("socket:[]", nil), ("socket:[12", nil),
        ("socket:[1 2]", nil), ("socket:[-1]", nil), ("socket:", nil), ("", nil), ("pipe:[12]", nil),
        ("/tmp/socket:[12]", nil), ("anon_inode:[eventpoll]", nil),
    ] as [(String, UInt32?)])
    func aLinkNamesASocketOrNone(_ link: String, _ inode: UInt32?) {
        #expect(OwnSockets.number(in: link.utf8) == inode)
    }

    /// Sockets of every kind, each once however many descriptors it has, and nothing else.
    @Test func openSocketsAreListedAndClosedOnesAreNot() throws {
        var pair: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        let copy = dup(pair[0])
        let inodes = try pair.map(Self.inode(of:))
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

    private static func inode(of descriptor: Int32) throws -> UInt32 {
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        return UInt32(status.st_ino)
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
