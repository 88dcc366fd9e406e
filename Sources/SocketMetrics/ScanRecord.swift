// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// What a collector remembers of the scans that it made.
struct ScanRecord<Statistics: Sendable> {
    /// The result of the last scan; nil before the first.
    private(set) var latest: Result<Scan<Statistics>, any Error>?
    /// What the scans of each source had to repeat, including those that failed.
    private(set) var efforts: [SourceKind: ScanEffort] = [:]
    /// How many series the limits left out, added up over all scrapes.
    var foldedSeries = FoldedSeries()

    /// Takes note of a scan.
    ///
    /// - Parameter kind: The source that was asked.
    mutating func note(_ result: Result<Scan<Statistics>, SourceError>, of kind: SourceKind) {
        latest = result.mapError { $0 }
        efforts.merge(Self.efforts(of: result, kind), uniquingKeysWith: +)
    }

    private static func efforts(
        of result: Result<Scan<Statistics>, SourceError>, _ kind: SourceKind
    ) -> [(SourceKind, ScanEffort)] {
        switch result {
        case .success(let scan):
            [(scan.source, scan.effort)] + scan.failedSources.map { ($0.key, $0.value.effort) }
        case .failure(let error) where error.failedSources.isEmpty:
            [(kind, error.effort)]
        case .failure(let error):
            error.failedSources.map { ($0.key, $0.value.effort) }
        }
    }
}
