// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Names of network namespaces that last longer than their inode numbers, which the kernel soon uses again.
public struct NamespaceNames: Sendable, Hashable {
    /// Names under `/run/netns`, where `ip netns` keeps them, by the namespace's inode number. Of several names the
    /// first in the alphabet.
    public var names: [UInt32: String]
    /// Paths of cgroups by their numbers (``NamespaceStatistics/Member/cgroup``), from ``CgroupPaths``. A namespace
    /// without a name takes that of its cgroup.
    public var cgroups: [UInt64: String]

    /// Creates names that are known.
    public init(names: [UInt32: String], cgroups: [UInt64: String] = [:]) {
        self.names = names
        self.cgroups = cgroups
    }

    /// Reads the names under `/run/netns`: none where the directory is missing.
    ///
    /// - Parameter cgroups: paths of cgroups by their numbers.
    public init(cgroups: [UInt64: String] = [:]) {
        let directory = FilePath("/run/netns")
        let pairs = DirectoryEntries.names(in: directory).compactMap { name in
            (try? NamespaceFile.inode(of: directory.appending(name))).map { ($0, name) }
        }
        self.init(names: Dictionary(pairs) { min($0, $1) }, cgroups: cgroups)
    }
}
