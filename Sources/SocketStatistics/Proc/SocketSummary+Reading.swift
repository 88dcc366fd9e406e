// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

extension SocketSummary {
    private static let inUseIPv4 = KernelStatistics.Field(.sockstat, "TCP", "inuse")
    private static let inUseIPv6 = KernelStatistics.Field(.sockstat6, "TCP6", "inuse")
    private static let timeWait = KernelStatistics.Field(.sockstat, "TCP", "tw")
    private static let selection = KernelStatistics.Selection([inUseIPv4, inUseIPv6, timeWait])

    /// Reads `net/sockstat` and `net/sockstat6` of a procfs, in the network namespace of this process, or of the
    /// process whose directory it is.
    public init(procfs: FilePath = "/proc") throws(SourceError) {
        let statistics = KernelStatisticsSource(procfs: procfs).read(Self.selection)
        if let failure = statistics.failure { throw failure }
        /// A number that the kernel always tells.
        func number(_ field: KernelStatistics.Field) throws(SourceError) -> UInt64 {
            let path = Procfs(procfs).network.appending(field.file.rawValue)
            guard let number = statistics[field] else {
                throw .malformed(path, "\(field.group) \(field.name) is missing")
            }
            // Sums are made of these numbers, so that they must be far below the limit, as the kernel's are.
            guard let number = UInt32(exactly: number) else {
                throw .malformed(path, "\(field.group) \(field.name) is \(number), more sockets than there can be")
            }
            return UInt64(number)
        }
        self.init(
            inUseIPv4: try number(Self.inUseIPv4),
            inUseIPv6: statistics.hasIPv6 ? try number(Self.inUseIPv6) : 0,
            timeWait: try number(Self.timeWait))
    }
}
