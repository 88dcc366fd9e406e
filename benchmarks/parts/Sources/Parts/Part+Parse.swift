// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

extension Part {
    /// The read and parse of recorded proc files, from the disk's cache instead of from the kernel's table.
    static var parse: Part {
        Part(name: "parse recorded /proc/net/tcp", runs: 100) { () throws(PartError) in
            let source = ProcSource(procfs: RecordedFile.path("benchmarks/parts/Recordings"))
            return {
                let sockets = try source.scan().statistics[.established] ?? 0
                guard sockets > 0 else { throw PartError("The recorded proc files hold no socket.") }
            }
        }
    }
}
