// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

extension ConntrackTable {
    /// Reads the table of the network namespace that a procfs tells of.
    ///
    /// - Returns: Nil where netfilter tracks no connections, and where it cannot be known: `sys/net` is that of the
    ///   calling thread's namespace, whatever procfs it is in.
    package static func read(procfs path: FilePath) throws(SourceError) -> ConntrackTable? {
        let procfs = Procfs(path)
        guard procfs.isOfThisNamespace != false else { return nil }
        let directory = procfs.processes.appending("sys/net/netfilter")
        let reader = ProcFileReader()
        guard let entries = try number("nf_conntrack_count", in: directory, reader),
            let limit = try number("nf_conntrack_max", in: directory, reader)
        else { return nil }
        return ConntrackTable(entries: entries, limit: limit)
    }

    private static func number(
        _ name: String, in directory: FilePath, _ reader: borrowing ProcFileReader
    ) throws(SourceError) -> UInt64? {
        let path = directory.appending(name)
        guard let bytes = try reader.bytes(path, limit: 64) else { return nil }
        let line = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard let number = KernelStatisticsParser.number(line).flatMap({ UInt64(exactly: $0) }) else {
            throw .malformed(path, "line 1: \(ProcTextError.quote(line)) is not a number of 64 bits")
        }
        return number
    }
}
