import Exposition
import ProcessMetrics
import ScrapeServing

actor JobQueue {
    private(set) var length = 0

    func add(_ count: Int) {
        length += count
    }
}

let queue = JobQueue()
await queue.add(3)

let registry = Registry(constantLabels: ["shard": "7"])
try registry.info("app_build_info", ["version": "1.4.2"], help: "The version that runs.")
try registry.collect(.gauge("app_queued_jobs", help: "Jobs that wait.")) { [Sample(await queue.length)] }
try registry.register(ProcessCollector())
try await ScrapeServer(registry, port: 8090).runUntilSignal()
