// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SystemPackage

/// Reads the kernel's own statistics from procfs.
///
/// What it reads does not depend on the number of sockets, and what it keeps not on the length of the files.
public struct KernelStatisticsSource: Sendable {
    package let procfs: FilePath

    /// Creates a source; nothing is read yet.
    ///
    /// - Parameter procfs: Where procfs is mounted: the network namespace is then that of this process. The directory
    ///   of a process in it stands for that process's own, and `/proc/thread-self` for the calling thread's.
    public init(procfs: FilePath = "/proc") {
        self.procfs = procfs
    }

    /// Reads fields, each file once at most.
    ///
    /// A file that cannot be read or is not in its form does not keep the others from being read, nor does a number
    /// that is none: ``KernelStatistics/failures`` tells of it.
    ///
    /// - Parameters:
    ///   - selection: What to read.
    ///   - deadline: When the rest is not read any more; nil for none.
    public func read(
        _ selection: KernelStatistics.Selection, until deadline: ContinuousClock.Instant? = nil
    ) -> KernelStatistics {
        let procfs = Procfs(self.procfs)
        let directory = procfs.network
        let deadline = Deadline(deadline)
        var statistics = KernelStatistics(pageSize: sysconf(Int32(_SC_PAGESIZE)))
        for (file, groups) in selection.files {
            do throws(SourceError) {
                let path = directory.appending(file.rawValue)
                try deadline.check("\(path) was not read")
                if let bytes = try ShortFile.bytes(path) {
                    let parser = try Self.parser(of: groups, in: bytes, file, path)
                    statistics.values.merge(parser.values) { $1 }
                    statistics.failures[file] = parser.failure.map { .malformed(path, $0) }
                } else if let ipv4 = file.ofIPv4, procfs.hasNetworkFile(ipv4.rawValue) {
                    statistics.hasIPv6 = false
                } else {
                    throw .missing(path)
                }
            } catch {
                statistics.failures[file] = error
            }
        }
        return statistics
    }

    private static func parser(
        of groups: [KernelStatisticsParser.Group], in bytes: [UInt8], _ file: KernelStatistics.File, _ path: FilePath
    ) throws(SourceError) -> KernelStatisticsParser {
        var parser = KernelStatisticsParser(groups)
        do throws(ProcTextError) {
            try parser.read(bytes, as: file)
        } catch {
            throw .malformed(path, error)
        }
        return parser
    }
}

extension KernelStatistics.File {
    /// Of a file that is missing where the kernel has no IPv6, that of IPv4; nil for the others.
    fileprivate var ofIPv4: Self? {
        switch self {
        case .snmp6: .snmp
        case .sockstat6: .sockstat
        case .snmp, .netstat, .sockstat: nil
        }
    }
}
