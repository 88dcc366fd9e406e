// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SystemPackage

/// Reads the kernel's own statistics from procfs.
///
/// What it reads does not depend on the number of sockets, and what it keeps not on the length of the files.
public struct KernelStatisticsSource: Sendable {
    /// Beyond this length a file is not one of the kernel's, which have some thousand bytes.
    static let lengthLimit = 256 * 1024

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
    /// A file that cannot be read or is not in its form does not keep the others from being read:
    /// ``KernelStatistics/failures`` tells of it.
    ///
    /// - Parameters:
    ///   - selection: What to read.
    ///   - deadline: When the rest is not read any more; nil for none.
    public func read(
        _ selection: KernelStatistics.Selection, until deadline: ContinuousClock.Instant? = nil
    ) -> KernelStatistics {
        let directory = Procfs(procfs).network
        let reader = ProcFileReader()
        var statistics = KernelStatistics(pageSize: sysconf(Int32(_SC_PAGESIZE)))
        for (file, groups) in selection.files {
            do throws(SourceError) {
                let path = directory.appending(file.rawValue)
                if let bytes = try reader.bytes(path, limit: Self.lengthLimit, until: Deadline(deadline)) {
                    statistics.values.merge(try Self.values(of: groups, in: bytes, file, path)) { $1 }
                } else if file.isOfIPv6 {
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

    private static func values(
        of groups: [KernelStatisticsParser.Group], in bytes: [UInt8], _ file: KernelStatistics.File, _ path: FilePath
    ) throws(SourceError) -> [KernelStatistics.Field: Int128] {
        var parser = KernelStatisticsParser(groups)
        do throws(ProcTextError) {
            try parser.read(bytes, as: file)
        } catch {
            throw .malformed(path, error)
        }
        return parser.values
    }
}

extension KernelStatistics.File {
    /// Whether it is missing where the kernel has no IPv6.
    fileprivate var isOfIPv6: Bool {
        self == .snmp6 || self == .sockstat6
    }
}
