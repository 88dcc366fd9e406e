// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@testable import ScrapeServing

@Suite struct LandingPageTests {
    @Test func `shows the title, the links and the details`() {
        let page = LandingPage(
            title: "a<b", description: "\"Q\" & A", links: [.init("More", to: "more?a=1&b=2")]
        ) { "<p>\($0.families.count)</p>" }
        let html = page.html(Gathered(families: []), telemetryPath: "/me'trics")
        #expect(html.contains("<title>a&lt;b</title>\n"))
        #expect(
            html.hasSuffix(
                """
                <body>
                <h1>a&lt;b</h1>
                <p>&quot;Q&quot; &amp; A</p>
                <ul>
                <li><a href="me&#39;trics">Metrics</a></li>
                <li><a href="-/healthy">Health</a></li>
                <li><a href="-/ready">Readiness</a></li>
                <li><a href="more?a=1&amp;b=2">More</a></li>
                </ul>
                <p>0</p>
                </body>
                </html>

                """))
    }

    @Test func `needs no more than a title`() {
        let html = LandingPage(title: "Metrics").html(Gathered(families: []), telemetryPath: "/metrics")
        #expect(html.contains("<h1>Metrics</h1>\n<ul>\n<li><a href=\"metrics\">"))
        #expect(html.hasSuffix("Readiness</a></li>\n</ul>\n</body>\n</html>\n"))
    }

    @Test(arguments: [("&<>\"'", "&amp;&lt;&gt;&quot;&#39;"), ("a\"\u{301}", "a&quot;\u{301}"), ("é", "é")])
    func `text is escaped`(text: String, escaped: String) {
        #expect(LandingPage.escaped(text).unicodeScalars.elementsEqual(escaped.unicodeScalars))
    }
}
