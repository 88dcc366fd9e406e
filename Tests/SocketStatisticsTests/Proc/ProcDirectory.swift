// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

/// A temporary directory with a folder `net`, removed with all that the test put there.
final class ProcDirectory {
    let path: FilePath
    private var entries: [FilePath] = []

    init() throws {
        var template = Array("/tmp/socket_exporter_test_XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = FilePath(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
        guard mkdir(path.appending("net").string, 0o700) == 0 else { throw Errno(rawValue: errno) }
    }

    func write(_ name: String, _ text: String) throws {
        let entry = path.appending("net").appending(name)
        let file = try FileDescriptor.open(
            entry, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
        entries.append(entry)
    }

    /// Writes a file such as `sys/fs/file-nr`, and makes the directories above it.
    func write(at place: String, _ text: String) throws {
        let parents = FilePath(place).removingLastComponent()
        var directory = path
        for component in parents.components {
            directory.append(component)
            if mkdir(directory.string, 0o700) == 0 { entries.append(directory) }
        }
        let entry = path.appending(place)
        let file = try FileDescriptor.open(
            entry, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
        entries.append(entry)
    }

    func makeDirectory(_ name: String) throws {
        let entry = path.appending("net").appending(name)
        guard mkdir(entry.string, 0o700) == 0 else { throw Errno(rawValue: errno) }
        entries.append(entry)
    }

    deinit {
        // What is in a directory came after it.
        for entry in entries.reversed() + [path.appending("net"), path] {
            remove(entry.string)
        }
    }
}
