// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// The names of network namespaces under `/run/netns`, where `ip netns` keeps them.
public struct NamespaceNames: Sendable, Hashable {
    /// Names by the namespace's inode number. Of several names the first in the alphabet.
    public var names: [UInt32: String]

    /// Makes names that are known.
    public init(names: [UInt32: String]) {
        self.names = names
    }

    /// Reads them from the system: none where the directory is missing.
    public init() {
        let directory = FilePath("/run/netns")
        let pairs = DirectoryNames.list(directory).compactMap { name in
            (try? NamespaceFile.inode(of: directory.appending(name))).map { ($0, name) }
        }
        names = Dictionary(pairs) { min($0, $1) }
    }
}
