// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import ScrapeServing

/// What the exporter's HTTP server answered.
enum HTTPCollector: Collector {
    private static let requests = MetricDescription.counter(
        "socket_exporter_http_requests_total", help: "HTTP requests answered, by status code.")
    private static let inFlight = MetricDescription.gauge(
        "socket_exporter_http_requests_in_flight", help: "HTTP requests that are being answered, including this one.")

    static func families(from readings: Readings) -> [MetricFamily] {
        guard let http = readings.own?.http else { return [] }
        // The code that everybody looks for is there from the start: a counter that is not there has no rate.
        let ok = http.answered.contains { $0.code == 200 } ? [] : [Sample(0, labels: ["code": "200"])]
        let samples = ok + http.answered.map { Sample(.integer($0.requests), labels: ["code": "\($0.code)"]) }
        return [MetricFamily(requests, samples: samples), MetricFamily(inFlight, .integer(http.inFlight))]
    }
}
