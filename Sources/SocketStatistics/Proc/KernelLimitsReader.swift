// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SystemPackage

/// Reads ``KernelLimits`` from procfs: a dozen short files, whatever the number of sockets.
///
/// It can be used from any thread.
public final class KernelLimitsReader: Sendable {
    /// What was read, and what could not be.
    public struct Reading: Sendable, Hashable {
        /// What the kernel told.
        public var limits: KernelLimits
        /// Why some of the limits are missing that the kernel has: the first reason. Nil where none is.
        public var failure: SourceError?

        /// Creates a reading of limits that are known otherwise.
        public init(limits: KernelLimits, failure: SourceError? = nil) {
            self.limits = limits
            self.failure = failure
        }
    }

    /// The files of a network namespace, under `/proc/sys/net`.
    private enum Name {
        static let timeWaitLimit = "ipv4/tcp_max_tw_buckets"

        static let all = [timeWaitLimit] + EphemeralPorts.files + ConntrackTable.files
    }

    /// The fields of sockstat.
    private enum Sum {
        static let sockets = KernelStatistics.Field(.sockstat, "sockets", "used")
        static let orphans = KernelStatistics.Field(.sockstat, "TCP", "orphan")
        static let timeWait = KernelStatistics.Field(.sockstat, "TCP", "tw")
        static let memory = KernelStatistics.Field(.sockstat, "TCP", "mem")

        static let all = KernelStatistics.Selection([sockets, orphans, timeWait, memory])
    }

    private let procfs: Procfs
    private let statistics: KernelStatisticsSource
    private let network: NetworkSysctls
    private let pageSize: UInt64

    /// Creates a reader; nothing is read yet.
    ///
    /// - Parameter procfs: Where procfs is mounted: the limits are then those of the network namespace of this process.
    ///   The directory of a process in it stands for that process's own, and `/proc/thread-self` for the calling
    ///   thread's.
    public convenience init(procfs: FilePath = "/proc") {
        self.init(procfs: procfs, pageSize: UInt64(getpagesize()))
    }

    /// - Parameter pageSize: the bytes of a page of memory.
    init(procfs: FilePath, pageSize: UInt64) {
        self.procfs = Procfs(procfs)
        self.pageSize = pageSize
        statistics = KernelStatisticsSource(procfs: procfs)
        network = NetworkSysctls(self.procfs, Name.all)
    }

    /// Opens the files of another network namespace, where procfs tells of one, which needs CAP_SYS_ADMIN. What fails
    /// is tried again by ``read(until:)``, which then says why.
    public func prepare() {
        _ = try? network.files()
    }

    /// Reads the limits.
    ///
    /// - Parameter deadline: When it fails with ``SourceError/Code/deadlineExceeded`` if it has not ended; nil for
    ///   never.
    public func read(until deadline: ContinuousClock.Instant? = nil) throws(SourceError) -> Reading {
        var attempts = Attempts(deadline: Deadline(deadline))
        let files = Result { () throws(SourceError) in try network.files() }
        var limits = KernelLimits()
        let sockstat = statistics.read(Sum.all, until: deadline)
        attempts.failure = sockstat.failure
        limits.openSockets = sockstat[Sum.sockets].map { UInt64(clamping: $0) }
        limits.orphanSockets = sockstat[Sum.orphans].map { UInt64(clamping: $0) }
        limits.timeWaitSockets = sockstat[Sum.timeWait].map { UInt64(clamping: $0) }
        limits.tcpMemory = try attempts.value { () throws(SourceError) in
            try tcpMemory(sockstat[Sum.memory].map { UInt64(clamping: $0) })
        }
        limits.orphanLimit = try attempts.value { () throws(SourceError) in
            try Self.number(sysctl("net/ipv4/tcp_max_orphans"))
        }
        limits.timeWaitLimit = try attempts.value { () throws(SourceError) in
            try Self.number(files.get().text(Name.timeWaitLimit))
        }
        limits.tcpMemoryLimits = try attempts.value { () throws(SourceError) in try tcpMemoryLimits() }
        if let files = try attempts.value({ () throws(SourceError) in try openFiles() }) {
            (limits.openFiles, limits.openFilesLimit) = files
        }
        let conntrack = try attempts.value { () throws(SourceError) in try ConntrackTable(files.get()) }
        limits.conntrackEntries = conntrack?.entries
        limits.conntrackLimit = conntrack?.limit == 0 ? nil : conntrack?.limit
        limits.ephemeralPorts = try attempts.value { () throws(SourceError) in
            let files = try files.get()
            return try EphemeralPorts.read { name throws(SourceError) in try files.text(name) }
        }?.count
        return Reading(limits: limits, failure: attempts.failure)
    }

    /// Values that are read one after the other; where one cannot be, the others are read nevertheless.
    private struct Attempts {
        let deadline: Deadline
        /// Of the first that failed.
        var failure: SourceError?

        /// What `read` returns; nil where it fails.
        mutating func value<Value>(_ read: () throws(SourceError) -> Value?) throws(SourceError) -> Value? {
            try deadline.check("the kernel's limits were not all read")
            do throws(SourceError) {
                return try read()
            } catch {
                failure = failure ?? error
                return nil
            }
        }
    }

    private func tcpMemory(_ pages: UInt64?) throws(SourceError) -> UInt64? {
        guard let pages else { return nil }
        // The system's pages are rarely larger.
        let release = pageSize > 4096 ? try ShortFile.text(procfs.sysctls.appending("kernel/osrelease")) : nil
        return Self.bytes(pages, TCPMemoryUnit.bytes(pageSize: pageSize, release: release))
    }

    private func tcpMemoryLimits() throws(SourceError) -> KernelLimits.MemoryLevels? {
        guard let text = try sysctl("net/ipv4/tcp_mem") else { return nil }
        let levels = try text.numbers(3).map { Self.bytes($0, pageSize) }
        return .init(low: levels[0], pressure: levels[1], high: levels[2])
    }

    private func openFiles() throws(SourceError) -> (open: UInt64, limit: UInt64)? {
        guard let text = try sysctl("fs/file-nr") else { return nil }
        // Those that are allocated, those of them that are free, and the limit.
        let numbers = try text.numbers(3)
        return (numbers[0] - min(numbers[0], numbers[1]), numbers[2])
    }

    /// The only number of a file; nil where there is no such file.
    private static func number(_ text: SysctlText?) throws(SourceError) -> UInt64? {
        guard let text else { return nil }
        return try text.number()
    }

    /// A file that is the same in each network namespace in which it exists.
    private func sysctl(_ name: String) throws(SourceError) -> SysctlText? {
        let path = procfs.sysctls.appending(name)
        return try ShortFile.text(path).map { SysctlText($0, at: path) }
    }

    /// The bytes of some pages; where there are more than 64 bits hold, the most they hold.
    private static func bytes(_ pages: UInt64, _ pageSize: UInt64) -> UInt64 {
        let (bytes, isTooMany) = pages.multipliedReportingOverflow(by: pageSize)
        return isTooMany ? .max : bytes
    }
}
