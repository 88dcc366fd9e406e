// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import SocketStatistics

/// Collects what sockets may run into: the kernel's own counts, and their limits.
///
/// What the kernel does not tell has no family. If something cannot be read, the collector fails with the reason, and
/// exposes the rest.
public final class LimitsCollector: Collector {
    public let name = "limits"
    public let metadata = LimitsFamilies.metadata
    private let preparation: @Sendable () -> Void
    private let read: @Sendable (ContinuousClock.Instant?) throws -> KernelLimitsReader.Reading

    /// Creates a collector.
    ///
    /// - Parameter reader: What reads the limits.
    public convenience init(_ reader: KernelLimitsReader) {
        self.init(prepare: reader.prepare) { try reader.read(until: $0) }
    }

    /// - Parameter read: reads the limits, until a deadline at most.
    package init(
        prepare: @escaping @Sendable () -> Void = {},
        read: @escaping @Sendable (ContinuousClock.Instant?) throws -> KernelLimitsReader.Reading
    ) {
        preparation = prepare
        self.read = read
    }

    /// Opens what may need privileges that are given up later.
    public func prepare() {
        preparation()
    }

    /// Reads the limits, until the deadline of the request at most.
    public func collect(_ request: ScrapeRequest) throws -> Collected {
        let reading = try read(request.deadline)
        return Collected(LimitsFamilies.families(reading.limits), error: reading.failure)
    }
}
