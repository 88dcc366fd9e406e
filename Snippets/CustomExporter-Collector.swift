import Exposition
import ScrapeServing
import SocketStatistics

let source = NetlinkSource()
let states: [(name: String, state: TCPState)] = [("time_wait", .timeWait), ("close_wait", .closeWait)]

let registry = Registry()
let connections = MetricDescription.gauge("app_connections", help: "TCP connections of the host, by state.")
try registry.collect(connections) {
    let statistics = try source.scan().statistics
    return states.compactMap { name, state in
        guard let count = statistics[state] else { return nil }  // not known is not zero
        return Sample(count, labels: ["state": name])
    }
}
try await ScrapeServer(registry, port: 8090).runUntilSignal()
