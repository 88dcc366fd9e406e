import Exposition
import ScrapeServing

let registry = Registry()
try registry.info("app_build_info", ["version": "1.2.0"], help: "Version of the program.")
let jobs = try registry.gauge("app_queued_jobs", labels: ["queue"], help: "Jobs in a queue.")
try jobs.labels("mail").set(36)
try await ScrapeServer(registry, port: 8090).runUntilSignal()
