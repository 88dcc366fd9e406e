// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Files of the repository that hold what a kernel once said.
enum RecordedFile {
    /// The path of a file, by its path in the repository.
    static func path(_ name: String) -> FilePath {
        let here = FilePath(#filePath)  // benchmarks/microbenchmarks/Sources/Microbenchmarks/RecordedFile.swift
        let root = (0..<5).reduce(here) { path, _ in path.removingLastComponent() }
        return root.pushing(FilePath(name))
    }

    static func read(_ name: String) throws(MicrobenchmarkError) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path(name), .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var contents: [UInt8] = []
                while true {
                    let chunk = try unsafe [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
                        count = unsafe try file.read(into: UnsafeMutableRawBufferPointer(buffer))
                    }
                    if chunk.isEmpty { return contents }
                    contents += chunk
                }
            }
        } catch {
            throw MicrobenchmarkError("\(name) cannot be read: \(error).")
        }
    }
}
