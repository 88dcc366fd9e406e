// SPDX-License-Identifier: Apache-2.0

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

    @Test func theLandingPageShowsTheCounts() {
        let page = LandingPage(telemetryPath: "/metrics").html(ExampleReadings.complete)
        #expect(page.contains("<tr><th scope=\"row\">time_wait</th><td>6</td><td>106</td><td>112</td></tr>"))
        #expect(page.contains("<a href=\"metrics\">"))
        #expect(page.contains("Counted in 1.25 ms from netlink (best available)."))
        #expect(page.contains(BuildInformation.current.version))
    }

    @Test func theLandingPageSaysWhyThereAreNoCounts() {
        let page = LandingPage(telemetryPath: "/\"\u{331}><script>").html(ExampleReadings.failed)
        #expect(page.contains("no source of TCP statistics works. &lt;because&gt;"))
        #expect(!page.contains("<table>"))
        #expect(!page.contains("<script>"))
        #expect(page.contains("href=\"&quot;\u{331}&gt;"))
    }

    @Test func oneScrapeInEachFormat() throws {
        let scrape = OneScrape(readings: ExampleReadings.complete)
        #expect(String(decoding: try scrape.bytes(.text), as: UTF8.self).hasPrefix("# HELP socket_tcp_connections"))
        #expect(String(decoding: try scrape.bytes(.openmetrics), as: UTF8.self).hasSuffix("# EOF\n"))
        #expect(String(decoding: try scrape.bytes(.table), as: UTF8.self).hasPrefix("state "))
    }

    @Test(arguments: OnceOptions.Format.allCases)
    func oneScrapeWithoutCountsIsAnError(_ format: OnceOptions.Format) {
        #expect(throws: ExampleReadings.broken) { try OneScrape(readings: ExampleReadings.failed).bytes(format) }
    }
}
