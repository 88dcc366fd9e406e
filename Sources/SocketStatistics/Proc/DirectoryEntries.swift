// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// What is in a directory.
enum DirectoryEntries {
    struct Entry {
        var name: String
        var inode: UInt64
        var isDirectory: Bool
    }

    /// The names: none where the directory is missing or may not be read.
    static func names(in path: FilePath) -> [String] {
        var names: [String] = []
        forEach(in: path) { entry in
            names.append(entry.name)
            return true
        }
        return names
    }

    /// Calls `body` with each entry but `.` and `..` until it returns false; not at all where the directory is missing
    /// or may not be read.
    static func forEach(in path: FilePath, _ body: (Entry) -> Bool) {
        guard let directory = unsafe path.withPlatformString({ unsafe opendir($0) }) else { return }
        defer { unsafe closedir(directory) }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let inode = UInt64(unsafe entry.pointee.d_ino)
            let isDirectory = unsafe entry.pointee.d_type == UInt8(DT_DIR)
            guard body(Entry(name: name, inode: inode, isDirectory: isDirectory)) else { return }
        }
    }
}
