// SPDX-License-Identifier: Apache-2.0

/// A source that is asked only while something holds, such as that it counts where another source does.
package struct CheckedSource<Statistics: Sendable>: StatisticsSource {
    private let source: any StatisticsSource<Statistics>
    private let check: @Sendable () throws(SourceError) -> Void

    /// The kind of the source that is asked.
    package var kind: SourceKind { source.kind }

    /// Creates a source.
    ///
    /// - Parameters:
    ///   - source: What counts.
    ///   - check: Throws why it must not be asked. It is called before each scan, on the thread of the scan.
    package init(
        _ source: any StatisticsSource<Statistics>, check: @escaping @Sendable () throws(SourceError) -> Void
    ) {
        self.source = source
        self.check = check
    }

    package func prepare() throws(SourceError) {
        try check()
        try source.prepare()
    }

    @available(*, noasync, message: "a scan blocks its thread: use 'try await source.scan(until:)'")
    package func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> Scan<Statistics> {
        try check()
        return try source.scan(until: deadline)
    }
}
