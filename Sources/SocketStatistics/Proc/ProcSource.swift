// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import SystemPackage

/// Counts TCP sockets by reading `/proc/net/tcp` and `/proc/net/tcp6`.
///
/// It works where sock_diag does not, and takes two to three times as long: the kernel writes a line of text for each
/// socket.
/// Memory does not depend on the number of sockets.
public final class ProcSource: TCPStatisticsSource {
    private let directory: FilePath
    private let reader = Mutex(ProcFileReader())

    /// ``SourceKind/proc``.
    public var kind: SourceKind { .proc }

    public var retries: UInt64 { 0 }

    /// - Parameter procfs: where procfs is mounted. Its `net` is that of the network namespace of the process that
    ///   reads it; `/proc/thread-self` tells of the calling thread's own.
    public init(procfs: FilePath = "/proc") {
        directory = procfs.appending("net")
    }

    public func scan() throws(SourceError) -> TCPScan {
        try reader.withLock { reader throws(SourceError) in
            let clock = ContinuousClock()
            let start = clock.now
            var tally = ProcTCPTally()
            guard try add("tcp", .ipv4, from: reader, to: &tally) else {
                throw SourceError.missing(directory.appending("tcp"))
            }
            // Without this file the kernel has no IPv6, and no IPv6 sockets.
            _ = try add("tcp6", .ipv6, from: reader, to: &tally)
            return TCPScan(
                source: .proc, statistics: tally.statistics, duration: clock.now - start, unknown: tally.unknown)
        }
    }

    private func add(
        _ name: String, _ family: AddressFamily, from reader: borrowing ProcFileReader, to tally: inout ProcTCPTally
    ) throws(SourceError) -> Bool {
        let path = directory.appending(name)
        var parser = ProcTCPParser(family)
        let exists = try reader.read(path) { bytes throws(SourceError) in
            do throws(ProcSyntaxError) {
                try parser.read(bytes, into: &tally)
            } catch {
                throw .malformed(path, error)
            }
        }
        guard exists else { return false }
        do throws(ProcSyntaxError) {
            try parser.finish()
        } catch {
            throw .malformed(path, error)
        }
        return true
    }
}

extension SourceError {
    static func missing(_ path: FilePath) -> SourceError {
        SourceError(
            .unavailable, errno: .noSuchFileOrDirectory,
            "\(path) does not exist: is procfs mounted there?")
    }

    static func malformed(_ path: FilePath, _ reason: some CustomStringConvertible) -> SourceError {
        SourceError(.malformed, "\(path), \(reason)")
    }
}
