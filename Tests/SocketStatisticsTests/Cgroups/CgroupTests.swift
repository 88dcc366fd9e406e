// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import SocketStatistics

struct CgroupPathsTests {
    /// A hierarchy in which cgroups come and go, and a clock.
    private final class World: Sendable {
        let paths = Mutex<[UInt64: String]>([:])
        let searches = Mutex<[Set<UInt64>]>([])
        let now = Mutex(ContinuousClock().now)

        var memory: CgroupPaths {
            CgroupPaths(
                search: { wanted in
                    self.searches.withLock { $0.append(wanted) }
                    return self.paths.withLock { $0.filter { wanted.contains($0.key) } }
                }, now: { self.now.withLock { $0 } })
        }

        func pass(_ seconds: Int) {
            now.withLock { $0 = $0.advanced(by: .seconds(seconds)) }
        }
    }

    @Test func whatWasFoundIsNotLookedForAgain() {
        let world = World()
        world.paths.withLock { $0 = [5: "/a", 6: "/b"] }
        var memory = world.memory
        #expect(memory.paths(of: []) == [:])
        #expect(memory.paths(of: [5]) == [5: "/a"])
        #expect(memory.paths(of: [5]) == [5: "/a"])
        #expect(memory.paths(of: [5, 6]) == [5: "/a", 6: "/b"])
        #expect(world.searches.withLock { $0 } == [[5], [6]])
    }

    @Test func whatIsNotFoundIsLookedForMoreAndMoreSeldom() {
        let world = World()
        var memory = world.memory
        for (seconds, searches) in [
            (0, 1), (9, 1), (1, 2), (19, 2), (1, 3), (40, 4), (80, 5), (160, 6), (320, 7), (599, 7), (1, 8), (600, 9),
        ] {
            world.pass(seconds)
            #expect(memory.paths(of: [5]) == [:])
            #expect(world.searches.withLock { $0.count } == searches)
        }
        // With another that was not asked for before, at once.
        world.paths.withLock { $0 = [5: "/a", 6: "/b"] }
        #expect(memory.paths(of: [5, 6]) == [5: "/a", 6: "/b"])
        #expect(world.searches.withLock { $0.last } == [5, 6])
    }

    @Test func whatIsNotAskedForIsForgotten() {
        let world = World()
        world.paths.withLock { $0 = [5: "/a"] }
        var memory = world.memory
        _ = memory.paths(of: [5])
        #expect(memory.paths(of: [7]) == [:])
        #expect(memory.paths(of: [5]) == [5: "/a"])
        #expect(world.searches.withLock { $0 } == [[5], [7], [5]])
    }

    @Test func namespacesAskForTheirs() {
        let world = World()
        world.paths.withLock { $0 = [5: "/a"] }
        var memory = world.memory
        let namespaces = NamespaceStatistics(
            own: 1, members: Breakdown([1: .init(), 2: .init(cgroup: 5)], others: .init()))
        #expect(memory.paths(of: namespaces) == [5: "/a"])
        #expect(memory.paths(of: nil) == [5: "/a"])
    }
}

/// A tree of directories that looks like a hierarchy.
final class CgroupTreeTests {
    private let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    deinit {
        try? FileManager.default.removeItem(at: root)
    }

    /// Makes a directory; returns its inode number.
    private func make(_ path: String) throws -> UInt64 {
        let directory = root.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return try inode(directory)
    }

    private func inode(_ url: URL) throws -> UInt64 {
        var status = stat()
        try #require(stat(url.path, &status) == 0)
        return UInt64(status.st_ino)
    }

    private var tree: CgroupTree { CgroupTree(root: FilePath(root.path)) }

    @Test func pathsBeginAtTheRoot() throws {
        let deep = try make("kubepods.slice/pod \"1\"\n/ä")
        let service = try make("system.slice/ssh.service")
        let file = root.appendingPathComponent("cgroup.procs")
        try Data().write(to: file)
        let wanted = [deep, service, try inode(root), try inode(file), 0]
        #expect(
            tree.paths(of: Set(wanted)) == [
                deep: "/kubepods.slice/pod \"1\"\n/ä", service: "/system.slice/ssh.service", try inode(root): "/",
            ])
        #expect(tree.paths(of: []) == [:])
    }

    @Test func aHierarchyThatIsMissingHasNoPaths() {
        #expect(CgroupTree(root: "/there is none").paths(of: [1, 2]) == [:])
    }

    @Test func thereIsALimitOfDirectories() throws {
        let first = try make("a")
        for number in 0..<50 { _ = try make("crowd/\(number)") }
        let last = try make("crowd/0/b/c")
        var tree = tree
        tree.limits.directories = 20
        // What lies above the crowd is found, what lies under it is not.
        #expect(tree.paths(of: [first, last]) == [first: "/a"])
    }

    @Test func thereAreLimitsOfDepthAndLength() throws {
        let path = "a/b/c/d"
        let inode = try make(path)
        for (depth, length, bytes, isFound) in [
            (4, 8, 20, true), (3, 8, 20, false), (4, 7, 20, false), (4, 8, 12, false), (0, 8, 20, false),
        ] {
            var tree = tree
            tree.limits.depth = depth
            tree.limits.path = length
            tree.limits.bytes = bytes
            #expect(tree.paths(of: [inode]) == (isFound ? [inode: "/\(path)"] : [:]))
        }
    }

    @Test(arguments: [
        ("12:cpu:/a\n0::/system.slice/ssh.service\n", "/system.slice/ssh.service"), ("0::/\n", "/"), ("1:cpu:/\n", nil),
        ("0::/../other\n", nil), ("", nil), ("0::", nil),
    ])
    func aProcessIsInTheUnifiedHierarchy(_ text: String, _ path: String?) {
        #expect(CgroupTree.unifiedPath(in: text) == path)
    }

    @Test func theCgroupOfAProcessIsADirectory() throws {
        let number = try make("a/b")
        let process = root.appendingPathComponent("1234")
        try FileManager.default.createDirectory(at: process, withIntermediateDirectories: true)
        try Data("0::/a/b\n".utf8).write(to: process.appendingPathComponent("cgroup"))
        #expect(tree.number(of: FilePath(process.path)) == number)
        #expect(tree.number(of: "/there is none") == nil)
    }

    @Test(.enabled(if: Privilege.runsRootTests && CgroupTree.mounted != nil, "needs root for a cgroup"))
    func aRealCgroupIsFound() throws {
        let mounted = try #require(CgroupTree.mounted)
        let name = "socket_exporter_test_\(UUID().uuidString)"
        let directory = mounted.root.appending(name)
        try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: false)
        defer { rmdir(directory.string) }
        let inode = try inode(URL(fileURLWithPath: directory.string))
        #expect(mounted.paths(of: [1, inode]) == [1: "/", inode: "/\(name)"])
        var memory = CgroupPaths()
        #expect(memory.paths(of: [inode]) == [inode: "/\(name)"])
    }
}
