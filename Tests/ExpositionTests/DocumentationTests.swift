// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

/// The example of the library's page, word for word.
@Suite struct DocumentationTests {
    @Test func exampleWritesWhatThePageShows() {
        let connections = MetricDescription.gauge("app_connections", help: "Open connections.")
        let received = MetricDescription.counter("app_received_bytes_total", unit: "bytes", help: "Bytes received.")

        var families = [MetricFamily(received, 73_528)]
        families.append(
            MetricFamily(
                connections,
                samples: [
                    Sample(12, labels: ["family": "ipv4"]),
                    Sample(3, labels: ["family": "ipv6"]),
                ]
            )
        )

        let negotiated = NegotiatedFormat(accept: ["text/plain;version=0.0.4"])
        var buffer: [UInt8] = []
        negotiated.format.write(families, into: &buffer)

        #expect(
            String(decoding: buffer, as: UTF8.self) == """
                # HELP app_received_bytes_total Bytes received.
                # TYPE app_received_bytes_total counter
                app_received_bytes_total 73528
                # HELP app_connections Open connections.
                # TYPE app_connections gauge
                app_connections{family="ipv4"} 12
                app_connections{family="ipv6"} 3

                """)
    }
}
