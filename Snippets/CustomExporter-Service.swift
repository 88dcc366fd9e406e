import Exposition
import Logging
import ScrapeServing
import ServiceLifecycle

let registry = Registry()
let beats = try registry.counter("app_heartbeats_total", help: "Beats of the heart.")

struct Heart: Service {
    let beats: Counter

    func run() async {
        // Cancelling the loop is how it ends, and no error: one that leaves run() would end the program with it.
        try? await cancelWhenGracefulShutdown {
            while true {
                beats.increment()
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}

let logger = Logger(label: "heart_exporter")
let group = ServiceGroup(
    services: [Heart(beats: beats), ScrapeServer(registry, port: 8090, logger: logger)],
    gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
try await group.run()
