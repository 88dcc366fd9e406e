// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketMetrics
import SocketStatistics
import Testing

struct MetricPrefixTests {
    private static func text(_ prefix: MetricPrefix?) -> String {
        var history = SeriesHistory()
        let limits: SeriesLimits = [.ports: 1, .listeners: 2, .namespaces: 1]
        let metrics =
            if let prefix {
                TCPMetrics(ExampleStatistics.statistics, limits: limits, prefix: prefix, history: &history)
            } else {
                TCPMetrics(ExampleStatistics.statistics, limits: limits, history: &history)
            }
        var bytes: [UInt8] = []
        ExpositionFormat.openMetrics.write(metrics.families, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func thePrefixStandsInThePlaceOfSocketAndNothingElseChanges() throws {
        let standard = Self.text(nil)
        #expect(Self.text("socket") == standard)
        #expect(Self.text("app_socket") == standard.replacing("socket_", with: "app_socket_"))
        // A literal would not be checked by the initialiser that throws.
        let (text, expected) = ("x", standard.replacing("socket_", with: "x_"))
        #expect(Self.text(try MetricPrefix(text)) == expected)
    }

    @Test func theMetadataHasThePrefixToo() {
        let standard = TCPMetrics.metadata
        let prefixed = TCPMetrics.metadata(prefix: "app")
        #expect(prefixed.map(\.name) == standard.map { "app" + $0.name.dropFirst("socket".count) })
        #expect(prefixed.map(\.help) == standard.map(\.help))
        #expect(prefixed.map(\.unit) == standard.map(\.unit))
        #expect(prefixed.map(\.kind) == standard.map(\.kind))
        #expect(TCPMetrics.metadata(prefix: .socket) == standard)
    }

    @Test func foldedMetricsAreCalledByTheirNames() {
        let names = Set(TCPMetrics.metadata(prefix: "app").map(\.name))
        let folded: FoldedSeries = [.ports: 3]
        let ofTCP = folded.byMetric(prefix: "app").filter { $0.metric.contains("_tcp_") }
        #expect(ofTCP.count == 9 && ofTCP.allSatisfy { names.contains($0.metric) })
        #expect(folded.byMetric(prefix: "app").map(\.series) == folded.byMetric().map(\.series))
    }

    @Test(arguments: ["", "1app", "my app", "ünit", "a-b"]) func whatNoNameCanBeginWithIsRefused(_ text: String) {
        #expect(throws: MetricError.self) { try MetricPrefix(text) }
    }
}

struct SeriesLimitsTests {
    @Test func whatIsLeftOutHasItsDefault() {
        #expect(SeriesDimension.all.map { SeriesLimits()[$0] } == [200, 20, 200, 50, 20, 200, 50])
        let limits: SeriesLimits = [.ports: 0]
        #expect(SeriesDimension.all.map { limits[$0] } == [200, 0, 200, 50, 20, 200, 50])
        #expect(limits != SeriesLimits())
        #expect(SeriesLimits([.ports: 20]) == SeriesLimits())
    }

    @Test func aNegativeLimitIsRefused() async {
        await #expect(processExitsWith: .failure) { _ = SeriesLimits([.ports: -1]) }
    }

    @Test func dimensionsAreThoseOfTheMetricsInTheirOrder() {
        let words = ["listeners", "ports", "namespaces", "cgroups", "udp-ports", "udp-namespaces", "unix-listeners"]
        #expect(SeriesDimension.all.map(\.description) == words)
        let folded: FoldedSeries = [
            .listeners: 1, .ports: 2, .namespaces: 3, .cgroups: 7, .udpPorts: 4, .udpNamespaces: 5, .unixListeners: 6,
        ]
        #expect(folded.byMetric().map(\.series) == [1, 1, 1, 1, 1, 1, 2, 3, 7, 4, 5, 6, 6])
        #expect(folded[.ports] == 2)
        #expect(FoldedSeries()[.ports] == 0)
        #expect(FoldedSeries([.ports: 0]) == FoldedSeries())
    }
}
