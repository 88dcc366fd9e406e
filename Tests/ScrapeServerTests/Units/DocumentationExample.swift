// SPDX-License-Identifier: Apache-2.0

import Exposition
import Logging
import ScrapeServer

/// The example of the library's page, here to be compiled.
private func documentationExample() async throws {
    var configuration = ScrapeServer.Configuration()
    configuration.listenAddresses = [try ListenAddress(":8090")]

    let server = ScrapeServer(
        configuration: configuration,
        logger: Logger(label: "random_exporter"),
        gather: { Int.random(in: 1...6) },
        families: { value in
            [MetricFamily(.gauge("random_value", help: "The value of a dice."), .integer(value))]
        },
        landingPage: { _ in #"<h1>random_exporter</h1><p><a href="metrics">Metrics</a></p>"# }
    )

    try await server.run()
}
