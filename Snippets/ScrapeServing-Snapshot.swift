import Exposition
import Logging
import ScrapeServing
import ServiceLifecycle

var configuration = ScrapeServer.Configuration()
configuration.listenAddresses = [try ListenAddress(":8090")]

let server = ScrapeServer(
    configuration: configuration,
    logger: Logger(label: "random_exporter"),
    gather: { Int.random(in: 1...6) },
    families: { value in
        [MetricFamily(.gauge("random_value", help: "The value of a die."), .integer(value))]
    },
    landingPage: { _ in #"<h1>random_exporter</h1><p><a href="metrics">Metrics</a></p>"# }
)

do {
    let group = ServiceGroup(
        services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "lifecycle"))
    try await group.run()
} catch {
    print("random_exporter: \(error)")  // such as a port in use
}
