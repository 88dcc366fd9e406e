// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Files beside the tests.
enum Fixture {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let directory = String(#filePath.prefix(through: #filePath.lastIndex(of: "/")!)) + "Fixtures/"

    /// Whether the goldens are to be made again from what the code gives now.
    static var areUpdated: Bool {
        unsafe getenv("UPDATE_FIXTURES") != nil
    }

    /// The names of the recordings, without their extension, in order.
    static let recordingNames: [String] = {
        guard let stream = unsafe opendir(directory) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name.hasSuffix(".dump") {
                names.append(String(name.dropLast(".dump".count)))
            }
        }
        return names.sorted()
    }()

    static func read(_ name: String) throws(Failure) -> [UInt8] {
        guard let file = unsafe fopen(directory + name, "rbe") else {
            throw Failure(description: "The fixture \(name) cannot be opened (errno \(errno)).")
        }
        defer { unsafe fclose(file) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = unsafe fread(&chunk, 1, chunk.count, file), count > 0 {
            contents += chunk[..<count]
        }
        return contents
    }

    static func write(_ text: String, to name: String) throws(Failure) {
        guard let file = unsafe fopen(directory + name, "we") else {
            throw Failure(description: "The fixture \(name) cannot be written (errno \(errno)).")
        }
        unsafe fputs(text, file)
        guard unsafe fclose(file) == 0 else {
            throw Failure(description: "The fixture \(name) was not written whole (errno \(errno)).")
        }
    }
}
