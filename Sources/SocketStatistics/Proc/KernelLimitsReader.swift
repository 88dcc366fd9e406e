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
        public var limits = KernelLimits()
        /// Why some of the limits are missing that the kernel has: the first reason. Nil where none is.
        public var failure: SourceError?

        /// Creates a reading of nothing.
        public init() {}
    }

    /// The files of a network namespace, under `/proc/sys/net`.
    private enum Name {
        static let timeWaitLimit = "ipv4/tcp_max_tw_buckets"
        static let portRange = "ipv4/ip_local_port_range"
        static let reservedPorts = "ipv4/ip_local_reserved_ports"
        static let conntrackEntries = "netfilter/nf_conntrack_count"
        static let conntrackLimit = "netfilter/nf_conntrack_max"

        static let all = [timeWaitLimit, portRange, reservedPorts, conntrackEntries, conntrackLimit]
    }

    private let procfs: Procfs
    private let network: NetworkSysctls
    private let pageSize: UInt64
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Creates a reader; nothing is read yet.
    ///
    /// - Parameter procfs: Where procfs is mounted: the limits are then those of the network namespace of this process.
    ///   The directory of a process in it stands for that process's own, and `/proc/thread-self` for the calling
    ///   thread's.
    public convenience init(procfs: FilePath = "/proc") {
        self.init(procfs: procfs, pageSize: UInt64(getpagesize()), now: { .now })
    }

    /// - Parameters:
    ///   - pageSize: the bytes of a page of memory.
    ///   - now: the clock of deadlines.
    init(procfs: FilePath, pageSize: UInt64, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.procfs = Procfs(procfs)
        self.pageSize = pageSize
        self.now = now
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
        let deadline = Deadline(deadline, now: now)
        var reading = Reading()
        let files = Result { () throws(SourceError) in try network.files() }
        let parts: [(inout KernelLimits) throws(SourceError) -> Void] = [
            readSockstat,
            { limits throws(SourceError) in
                limits.orphanLimit = try self.sysctl("net/ipv4/tcp_max_orphans")?.number()
            },
            { limits throws(SourceError) in
                limits.timeWaitLimit = try files.get().text(Name.timeWaitLimit)?.number()
            },
            readMemoryLimits,
            readOpenFiles,
            { limits throws(SourceError) in
                limits.conntrackEntries = try files.get().text(Name.conntrackEntries)?.number()
            },
            { limits throws(SourceError) in
                // 0 is no limit.
                let limit = try files.get().text(Name.conntrackLimit)?.number()
                limits.conntrackLimit = limit == 0 ? nil : limit
            },
            { limits throws(SourceError) in limits.ephemeralPorts = try Self.portRange(files.get())?.count },
        ]
        for part in parts {
            try deadline.check("the kernel's limits were not all read")
            do throws(SourceError) {
                try part(&reading.limits)
            } catch {
                reading.failure = reading.failure ?? error
            }
        }
        return reading
    }

    private func readSockstat(into limits: inout KernelLimits) throws(SourceError) {
        let path = procfs.network.appending("sockstat")
        guard let text = try ShortFile.text(path) else { throw .missing(path) }
        let sockstat = SockstatText(text, at: path)
        limits.openSockets = try sockstat.number("used", in: "sockets")
        limits.orphanSockets = try sockstat.number("orphan", in: "TCP")
        limits.timeWaitSockets = try sockstat.number("tw", in: "TCP")
        guard let pages = try sockstat.number("mem", in: "TCP") else { return }
        // The system's pages are rarely larger.
        let release = pageSize > 4096 ? try ShortFile.text(procfs.sysctls.appending("kernel/osrelease")) : nil
        limits.tcpMemory = Self.bytes(pages, TCPMemoryUnit.bytes(pageSize: pageSize, release: release))
    }

    private func readMemoryLimits(into limits: inout KernelLimits) throws(SourceError) {
        guard let levels = try sysctl("net/ipv4/tcp_mem")?.numbers(3).map({ Self.bytes($0, pageSize) }) else { return }
        limits.tcpMemoryLimits = .init(low: levels[0], pressure: levels[1], high: levels[2])
    }

    private func readOpenFiles(into limits: inout KernelLimits) throws(SourceError) {
        // Those that are allocated, those of them that are free, and the limit.
        guard let numbers = try sysctl("fs/file-nr")?.numbers(3) else { return }
        limits.openFiles = numbers[0] - min(numbers[0], numbers[1])
        limits.openFilesLimit = numbers[2]
    }

    private static func portRange(_ files: NetworkSysctls.Files) throws(SourceError) -> LocalPortRange? {
        guard let range = try files.text(Name.portRange)?.portRange() else { return nil }
        return LocalPortRange(range: range, reserved: try files.text(Name.reservedPorts)?.ports() ?? [])
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
