// SPDX-License-Identifier: Apache-2.0

/// The kernel's own numbers of TCP sockets, from `/proc/net/sockstat` and `sockstat6`: a check on a scan.
///
/// The kernel keeps them up to date without walking its tables, so reading them costs the same for any number of
/// sockets. They do not distinguish states.
public struct SocketSummary: Sendable, Hashable {
    /// Sockets in use of IPv4: listeners and connections, without TIME_WAIT and without connection requests.
    public var inUseIPv4: UInt64
    /// Sockets in use of IPv6, counted alike.
    public var inUseIPv6: UInt64
    /// Minisockets of both families: TIME_WAIT, and FIN_WAIT2 without an owner.
    public var timeWait: UInt64

    /// Creates a summary from sums that were read elsewhere.
    public init(inUseIPv4: UInt64, inUseIPv6: UInt64, timeWait: UInt64) {
        self.inUseIPv4 = inUseIPv4
        self.inUseIPv6 = inUseIPv6
        self.timeWait = timeWait
    }

    /// How many sockets more (or, negative, fewer) a scan counted than the kernel, among those that both count.
    ///
    /// The kernel does not count connection requests. Where the scan cannot distinguish them from the sockets in the
    /// same state that TCP Fast Open creates, all in ``TCPState/synReceived`` are taken for requests.
    ///
    /// On a busy system it differs from 0 by what changed between the two readings.
    public func difference(_ statistics: TCPStatistics) -> Int {
        let notInSummary = (statistics.requests ?? statistics[.synReceived] ?? 0) + (statistics[.boundInactive] ?? 0)
        return Int(clamping: statistics.total) - Int(clamping: notInSummary)
            - Int(clamping: inUseIPv4 + inUseIPv6 + timeWait)
    }
}
