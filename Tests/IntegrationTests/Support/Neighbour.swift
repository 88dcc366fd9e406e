// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport

/// A process in the calling thread's network namespace, which ends with this object or with the test's process.
final class Neighbour {
    private let process = Process()
    private let input = Pipe()
    let namespace: HeldNamespace

    init() throws {
        namespace = try HeldNamespace()
        process.executableURL = URL(fileURLWithPath: "/bin/cat")
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    /// Its directory in procfs.
    var directory: String { "/proc/\(process.processIdentifier)" }
    /// The file of its network namespace.
    var namespaceFile: String { "\(directory)/ns/net" }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
