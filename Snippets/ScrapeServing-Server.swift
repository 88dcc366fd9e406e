import Exposition
import Logging
import ScrapeServing
import ServiceLifecycle

let registry = Registry()
try registry.collect(.gauge("random_value", help: "The value of a die.")) {
    [Sample(.integer(Int.random(in: 1...6)))]
}
let statistics = HTTPStatistics()
try registry.register(HTTPCollector(statistics, prefix: "random_exporter"), .silent)

var configuration = ScrapeServer.Configuration()
configuration.listenAddresses = [try ListenAddress(":8090")]

let server = ScrapeServer(
    registry, configuration: configuration, logger: Logger(label: "random_exporter"), statistics: statistics,
    landingPage: LandingPage(title: "random_exporter", description: "Throws a die."))

do {
    let group = ServiceGroup(
        services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "lifecycle"))
    try await group.run()
} catch {
    print("random_exporter: \(error)")  // such as a port in use
}
