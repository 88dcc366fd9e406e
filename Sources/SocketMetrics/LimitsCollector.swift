// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import SocketStatistics

/// Collects what sockets may run into: the kernel's own counts with their limits, and how the ephemeral ports are used.
///
/// What the kernel does not tell has no family. If something cannot be read, the collector fails with the reason, and
/// exposes the rest.
public final class LimitsCollector: Collector {
    public let name = "limits"
    public let metadata = LimitsFamilies.metadata
    private let preparation: @Sendable () -> Void
    private let read: @Sendable (ContinuousClock.Instant?) throws -> KernelLimitsReader.Reading
    private let tcp: TCPCollector?

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - reader: What reads the limits.
    ///   - tcp: The collector whose scan in the same scrape tells how the ephemeral ports are used, registered before
    ///     this one; nil for none.
    public convenience init(_ reader: KernelLimitsReader, after tcp: TCPCollector? = nil) {
        self.init(after: tcp, prepare: reader.prepare) { try reader.read(until: $0) }
    }

    /// - Parameter read: reads the limits, until a deadline at most.
    package init(
        after tcp: TCPCollector? = nil, prepare: @escaping @Sendable () -> Void = {},
        read: @escaping @Sendable (ContinuousClock.Instant?) throws -> KernelLimitsReader.Reading
    ) {
        preparation = prepare
        self.read = read
        self.tcp = tcp
    }

    /// The collector of TCP sockets, where there is one.
    public var follows: String? { tcp?.name }

    /// Opens what may need privileges that are given up later.
    public func prepare() {
        preparation()
    }

    /// Reads the limits, until the deadline of the request at most.
    public func collect(_ request: ScrapeRequest) throws -> Collected {
        let reading = try read(request.deadline)
        let ports = tcp?.scan(of: request)?.statistics.ephemeralPorts
        return Collected(LimitsFamilies.families(reading.limits, ports), error: reading.failure)
    }
}
