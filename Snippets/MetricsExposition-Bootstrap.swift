import CoreMetrics
import Exposition
import MetricsExposition
import ScrapeServing

let registry = Registry()
var configuration = RegistryMetricsFactory.Configuration()
configuration.buckets["db.query"] = [0.001, 0.01, 0.1, 1]
let factory = try RegistryMetricsFactory(registry, configuration: configuration) { print($0) }
MetricsSystem.bootstrap(factory)

// What a service and its libraries do anywhere:
CoreMetrics.Counter(label: "http.requests", dimensions: [("method", "GET")]).increment()
CoreMetrics.Timer(label: "db.query").recordMilliseconds(7)

try await ScrapeServer(registry, port: 8090).runUntilSignal()
