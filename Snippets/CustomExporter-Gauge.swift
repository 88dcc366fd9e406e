import Exposition
import ScrapeServing

let registry = Registry()
let gauge = try registry.gauge("time_wait_count", labels: ["type"], help: "TCP connections in TIME_WAIT.")
try gauge.labels("Linux").set(36)
try await ScrapeServer(registry, port: 8090).runUntilSignal()
