// SPDX-License-Identifier: Apache-2.0

import Exposition
import SocketMetrics
import SocketStatistics
import Testing

@testable import SocketExporter

struct PageTests {
    @Test func theTableHasARowForEachStateAndTotals() {
        var statistics = TCPStatistics()
        statistics.connections = [
            .init(.ipv4, .established): 12345, .init(.ipv6, .established): 6, .init(.ipv4, .listen): 7,
            .init(.ipv6, .listen): 8,
        ]
        #expect(
            StatesTable(statistics).text == """
                state         ipv4  ipv6  total
                established  12345     6  12351
                listen           7     8     15
                total        12352    14  12366

                """)
    }

    @Test func aStateThatOneFamilyDoesNotKnowHasAnEmptyCell() {
        var statistics = TCPStatistics()
        statistics.connections = [.init(.ipv4, .closing): 1]
        #expect(StatesTable(statistics).rows == [["closing", "1", "", "1"]])
    }

    @Test func theLandingPageShowsTheCounts() throws {
        let tcp = try ExampleExporter().gather().tcp
        let page = CountsPage.html(tcp.latest, SourceChoice(.netlink, isBest: true, reason: "best available"))
        #expect(page.contains("<tr><th scope=\"row\">time_wait</th><td>6</td><td>106</td><td>112</td></tr>"))
        #expect(page.contains("Counted in 1.25 ms from netlink (best available)."))
    }

    @Test func theLandingPageSaysWhyThereAreNoCounts() throws {
        let tcp = try ExampleExporter.failed.gather().tcp
        let page = CountsPage.html(tcp.latest, nil)
        #expect(page.contains("no source works. &lt;because&gt;"))
        #expect(!page.contains("<table>"))
    }

    private func scrape(_ exporter: ExampleExporter) throws -> OneScrape {
        let request = ScrapeRequest()
        let (gathered, tcp) = try exporter.gather(request)
        return OneScrape(gathered, tcp, request)
    }

    @Test func oneScrapeInEachFormat() throws {
        let scrape = try scrape(ExampleExporter())
        #expect(String(decoding: try scrape.bytes(.text), as: UTF8.self).hasPrefix("# HELP socket_tcp_connections"))
        #expect(String(decoding: try scrape.bytes(.openmetrics), as: UTF8.self).hasSuffix("# EOF\n"))
        #expect(String(decoding: try scrape.bytes(.table), as: UTF8.self).hasPrefix("state "))
    }

    @Test(arguments: OnceOptions.Format.allCases)
    func oneScrapeWithoutCountsIsAnError(_ format: OnceOptions.Format) throws {
        let scrape = try scrape(ExampleExporter.failed)
        #expect(throws: ExampleExporter.broken) { try scrape.bytes(format) }
    }

    @Test func oneScrapeWithoutTheCollectorHasNoTable() throws {
        let scrape = try scrape(ExampleExporter(flags: ["--no-collector.tcp"]))
        #expect(!(try scrape.bytes(.text)).isEmpty)
        #expect(throws: OneScrape.NoTable.self) { try scrape.bytes(.table) }
    }
}
