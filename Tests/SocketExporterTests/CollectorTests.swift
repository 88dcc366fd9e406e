// SPDX-License-Identifier: Apache-2.0

import Exposition
import GoldenFileTestSupport
import ScrapeServing
import SocketMetrics
import SocketStatistics
import Testing

@testable import SocketExporter

struct CollectorTests {
    /// The exposition, with what changes from build to build put in words.
    private func exposition(_ readings: Readings, _ format: ExpositionFormat) -> String {
        var bytes: [UInt8] = []
        format.write(Collectors.families(from: readings), into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
            .replacing("revision=\"\(BuildInformation.current.revision)\"", with: "revision=\"REVISION\"")
            .replacing("swift_version=\"\(BuildInformation.current.swiftVersion)\"", with: "swift_version=\"SWIFT\"")
    }

    @Test(arguments: [
        (ExpositionFormat.prometheusText, "complete.prometheus.txt"), (.openMetrics, "complete.openmetrics.txt"),
    ])
    func completeReadings(_ format: ExpositionFormat, _ name: String) throws {
        try GoldenFile(name).expect(exposition(ExampleReadings.complete, format))
    }

    @Test func aFailedScanLeavesTheRestWhole() throws {
        try GoldenFile("failed.prometheus.txt").expect(exposition(ExampleReadings.failed, .prometheusText))
    }

    @Test func eachNameOccursOnce() {
        let names = Collectors.families(from: ExampleReadings.complete).map(\.metadata.name)
        #expect(Set(names).count == names.count)
    }

    @Test func listenersThatCouldNotBeCountedAreAbsent() throws {
        var scan = ExampleReadings.scan
        scan.statistics.listeners = nil
        scan.listenerFailure = ExampleReadings.broken
        var readings = ExampleReadings.complete
        readings.tcp = Measured(
            outcome: .success(
                .init(scan: scan, choice: SourceChoice(.bpf, isBest: true, reason: ""), isNewChoice: false)),
            duration: .zero)
        readings.metrics = TCPMetrics(scan.statistics)
        let text = exposition(readings, .prometheusText)
        #expect(text.contains("socket_scrape_collector_success{collector=\"listeners\"} 0\n"))
        #expect(text.contains("socket_scrape_collector_success{collector=\"tcp\"} 1\n"))
        #expect(!text.contains("socket_tcp_listener_sockets{"))
        #expect(text.contains("socket_tcp_connections{"))
    }

    @Test func theFoundingMetricIsTheSumOfBothFamilies() {
        let families = FoundingCollector.families(from: ExampleReadings.complete)
        #expect(families.map(\.metadata.name) == ["time_wait_count"])
        #expect(families.first?.samples == [Sample(112, labels: ["type": "Linux"])])
    }

    @Test func theCountOfGoodAnswersIsThereFromTheStart() {
        var readings = ExampleReadings.complete
        readings.own?.http = HTTPStatistics().snapshot()
        let samples = HTTPCollector.families(from: readings).first?.samples
        #expect(samples == [Sample(0, labels: ["code": "200"])])
    }
}
