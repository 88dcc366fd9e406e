// SPDX-License-Identifier: Apache-2.0

public import Exposition

/// What a server answered, as metrics: `PREFIX_http_requests_total` by status code, and
/// `PREFIX_http_requests_in_flight`.
///
/// Register it as `silent`: it cannot fail, and every scrape has it.
public struct HTTPCollector: Collector {
    /// Its name, `http`.
    public let name = "http"
    /// Both families.
    public var metadata: [MetricDescription] { [requests, inFlight] }

    private let statistics: HTTPStatistics
    private let requests: MetricDescription
    private let inFlight: MetricDescription

    /// Creates a collector of a server's counts.
    ///
    /// - Throws: `MetricError` where the prefix does not make valid names.
    public init(_ statistics: HTTPStatistics, prefix: String) throws(MetricError) {
        self.statistics = statistics
        self.requests = try MetricDescription(
            "\(prefix)_http_requests_total", kind: .counter, help: "HTTP requests answered, by status code.")
        self.inFlight = try MetricDescription(
            "\(prefix)_http_requests_in_flight", kind: .gauge,
            help: "HTTP requests that are being answered, including this one.")
    }

    /// Gives the counts of now.
    public func collect(_ request: ScrapeRequest) -> Collected {
        let http = statistics.snapshot()
        // The code that everybody looks for is there from the start: a counter that is not there has no rate.
        let ok = http.answered.contains { $0.code == 200 } ? [] : [Sample(0, labels: ["code": "200"])]
        let samples = ok + http.answered.map { Sample(.integer($0.requests), labels: ["code": "\($0.code)"]) }
        return Collected([
            MetricFamily(requests, samples: samples), MetricFamily(inFlight, .integer(http.inFlight)),
        ])
    }
}
