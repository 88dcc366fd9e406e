// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

extension Microbenchmark {
    /// The read and parse of recorded proc files, from the disk's cache instead of from the kernel's table.
    static var parse: Microbenchmark {
        Microbenchmark(name: "parse recorded /proc/net/tcp", runs: 100) { () throws(MicrobenchmarkError) in
            let source = ProcSource(procfs: RecordedFile.path("benchmarks/microbenchmarks/Recordings"))
            return {
                let sockets = try source.scan().statistics[.established] ?? 0
                guard sockets > 0 else { throw MicrobenchmarkError("The recorded proc files hold no socket.") }
            }
        }
    }
}
