// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// The directories of the unified cgroup hierarchy, which any user may read. A cgroup's number is its directory's inode
/// number.
struct CgroupTree {
    /// How many directories are read, and how deep: a user with a delegated cgroup can create any number.
    struct Limits {
        var directories = 20_000
        var depth = 32
        /// Bytes of a path. A longer one is left out, since it becomes the value of many labels.
        var path = 1024
        /// Bytes of all paths that are read.
        var bytes = 4 << 20
    }

    /// The number of the root of the whole hierarchy.
    static let rootNumber: UInt64 = 1

    private static let mounts: [FilePath] = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]

    let root: FilePath
    var limits = Limits()

    /// The hierarchy where it is mounted; nil where it is not.
    static var mounted: CgroupTree? {
        mounts.first(where: isCgroup2).map { CgroupTree(root: $0) }
    }

    /// The number of the cgroup that a process is in; nil where that is not in this hierarchy, or the process has
    /// ended.
    ///
    /// - Parameter process: the process's directory under `/proc`.
    func number(of process: FilePath) -> UInt64? {
        let text = try? ShortFile.text(process.appending("cgroup"))
        guard let path = text.flatMap({ Self.unifiedPath(in: $0) }) else { return nil }
        return Self.inode(of: FilePath(root.string + path))
    }

    /// The path in the line `0::/system.slice/ssh.service`; nil where it is outside of what this process can see.
    static func unifiedPath(in text: String) -> String? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("0::/") }
        return line.map { String($0.dropFirst(3)) }.flatMap { $0.hasPrefix("/..") ? nil : $0 }
    }

    /// The paths of some directories by their inode numbers: those that are found, the root as `/`.
    ///
    /// Breadth first, so that many directories far down do not hide those above them.
    func paths(of wanted: Set<UInt64>) -> [UInt64: String] {
        var found: [UInt64: String] = [:]
        var level = [""]
        var (seen, bytes) = (1, 0)
        func isDone() -> Bool {
            found.count >= wanted.count || seen >= limits.directories || bytes >= limits.bytes
        }
        if let number = Self.inode(of: root), wanted.contains(number) {
            found[number] = "/"
        }
        for _ in 0..<limits.depth {
            var next: [String] = []
            for parent in level where !isDone() {
                let path = parent.isEmpty ? root : FilePath(root.string + parent)
                DirectoryEntries.forEach(in: path) { entry in
                    guard entry.isDirectory else { return true }
                    guard !isDone() else { return false }
                    let child = parent + "/" + entry.name
                    seen += 1
                    bytes += child.utf8.count
                    guard child.utf8.count <= limits.path else { return true }
                    next.append(child)
                    if wanted.contains(entry.inode) {
                        found[entry.inode] = child
                    }
                    return true
                }
            }
            level = next
        }
        return found
    }

    private static func isCgroup2(_ path: FilePath) -> Bool {
        // A file that each directory of the unified hierarchy has, and none of the older ones.
        unsafe path.appending("cgroup.controllers").withPlatformString { unsafe access($0, F_OK) } == 0
    }

    private static func inode(of path: FilePath) -> UInt64? {
        var status = stat()
        return unsafe path.withPlatformString { unsafe stat($0, &status) } == 0 ? UInt64(status.st_ino) : nil
    }
}
