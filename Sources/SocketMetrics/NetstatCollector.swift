// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import SocketStatistics

/// Collects the kernel's own counters that tell of trouble: `socket_tcp_listen_overflows_total` and others.
///
/// They count what happened in the network namespace since it exists, also to sockets that are gone. A counter that the
/// kernel does not have is absent.
public final class NetstatCollector: Collector {
    /// `netstat`.
    public var name: String { "netstat" }

    /// Those of node_exporter are in the same files.
    private static let selection = KernelStatistics.Selection(
        KernelCounterFamilies.fields.union(NodeNetstatFamilies.fields))

    private let read: @Sendable (KernelStatistics.Selection, ContinuousClock.Instant?) -> KernelStatistics

    /// Creates a collector.
    ///
    /// - Parameter source: What reads the counters.
    public convenience init(_ source: KernelStatisticsSource = KernelStatisticsSource()) {
        self.init { source.read($0, until: $1) }
    }

    /// - Parameter read: reads fields until a moment.
    package init(
        _ read: @escaping @Sendable (KernelStatistics.Selection, ContinuousClock.Instant?) -> KernelStatistics
    ) {
        self.read = read
    }

    /// The description of each counter that there may be.
    public var metadata: [MetricDescription] { KernelCounterFamilies.metadata }

    /// Reads the counters. Where a file cannot be read, those of the others are given all the same, with the error.
    public func collect(_ request: ScrapeRequest) -> Collected {
        let statistics = read(Self.selection, request.deadline)
        request.leave(statistics, from: self)
        return Collected(KernelCounterFamilies.families(of: statistics), error: statistics.failure)
    }

    /// What was read for a request; nil where nothing was, or not yet.
    func statistics(of request: ScrapeRequest) -> KernelStatistics? {
        request.finding(of: self)
    }
}
