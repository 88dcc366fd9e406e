// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import SocketStatistics

/// Collects the kernel's own numbers under the names of node_exporter, so that dashboards that know these show them:
/// `node_netstat_*`, `node_sockstat_*`, `node_nf_conntrack_entries` and `node_uname_info`.
///
/// What scans count is given by ``NodeScanCollector``, since that must wait for them.
public struct NodeNamesCollector: Collector {
    static let standardName = "node-names"

    private static let conntrackEntries = MetricDescription.gauge(
        "node_nf_conntrack_entries", help: "Number of currently allocated flow entries for connection tracking.")
    private static let conntrackLimit = MetricDescription.gauge(
        "node_nf_conntrack_entries_limit", help: "Maximum size of connection tracking table.")
    // An info by its name; node_exporter says gauge in each format.
    private static let uname = MetricDescription.gauge(
        "node_uname_info", help: "Labeled system information as provided by the uname system call.")

    /// What a collector asks the system for.
    package struct Readers: Sendable {
        package var kernel: @Sendable (KernelStatistics.Selection, ContinuousClock.Instant?) -> KernelStatistics
        package var conntrack: @Sendable () throws -> ConntrackTable?
        /// Opens what needs privileges that are given up later.
        package var prepare: @Sendable () -> Void
        package var system: @Sendable () throws -> SystemName

        package init(
            kernel: @escaping @Sendable (KernelStatistics.Selection, ContinuousClock.Instant?) -> KernelStatistics,
            conntrack: @escaping @Sendable () throws -> ConntrackTable?,
            prepare: @escaping @Sendable () -> Void = {}, system: @escaping @Sendable () throws -> SystemName
        ) {
            self.kernel = kernel
            self.conntrack = conntrack
            self.prepare = prepare
            self.system = system
        }
    }

    private let readers: Readers
    private let netstat: NetstatCollector?

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - source: What reads the kernel's numbers.
    ///   - netstat: A collector of the same registry and the same namespace: what it has read for a scrape is not read
    ///     again.
    public init(_ source: KernelStatisticsSource = KernelStatisticsSource(), after netstat: NetstatCollector? = nil) {
        let conntrack = ConntrackReader(procfs: source.procfs)
        self.init(
            Readers(
                kernel: { source.read($0, until: $1) }, conntrack: conntrack.read, prepare: conntrack.prepare,
                system: { () throws(SourceError) in try SystemName.current() }),
            after: netstat)
    }

    package init(_ readers: Readers, after netstat: NetstatCollector?) {
        self.readers = readers
        self.netstat = netstat
    }

    /// `node-names`.
    public var name: String { Self.standardName }

    /// The collector whose reading this one takes over, where there is one.
    public var follows: String? { netstat?.name }

    /// The description of each family that there may be.
    public var metadata: [MetricDescription] {
        NodeNetstatFamilies.metadata + [Self.conntrackEntries, Self.conntrackLimit] + NodeSockstatFamilies.metadata
            + [Self.uname]
    }

    /// Opens what may need privileges that are given up later.
    public func prepare() {
        readers.prepare()
    }

    /// Reads the numbers. Where some cannot be read, the others are given all the same, with the error.
    public func collect(_ request: ScrapeRequest) -> Collected {
        let netstat =
            netstat?.statistics(of: request) ?? readers.kernel(NodeNetstatFamilies.selection, request.deadline)
        let sockstat = readers.kernel(NodeSockstatFamilies.selection, request.deadline)
        let conntrack = Result { try readers.conntrack() }
        let system = Result { try readers.system() }
        let errors: [(any Error)?] = [netstat.failure, sockstat.failure, conntrack.failure, system.failure]
        return Collected(
            NodeNetstatFamilies.families(of: netstat) + Self.families(of: try? conntrack.get())
                + NodeSockstatFamilies.families(of: sockstat) + Self.families(of: try? system.get()),
            error: NodeNamesError(errors.compactMap(\.self)))
    }

    private static func families(of table: ConntrackTable?) -> [MetricFamily] {
        guard let table else { return [] }
        return [
            MetricFamily(conntrackEntries, MetricValue(table.entries)),
            MetricFamily(conntrackLimit, MetricValue(table.limit)),
        ]
    }

    private static func families(of system: SystemName?) -> [MetricFamily] {
        guard let system else { return [] }
        let labels: Labels = [
            "domainname": system.domain, "machine": system.machine, "nodename": system.node,
            "release": system.release, "sysname": system.system, "version": system.version,
        ]
        return [MetricFamily(uname, samples: [Sample(1, labels: labels)])]
    }
}

/// Everything that could not be read, in one sentence.
private struct NodeNamesError: Error, CustomStringConvertible {
    let description: String

    /// Nil where there is none.
    init?(_ errors: [any Error]) {
        guard !errors.isEmpty else { return nil }
        description = errors.map { "\($0)" }.joined(separator: "; ")
    }
}

extension Result {
    /// The error of a failure.
    fileprivate var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
