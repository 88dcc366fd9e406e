import SocketStatistics

let statistics = try NetlinkSource().scan().statistics

// Nil where nobody listens on the port, or where the source does not tell ports apart.
if let https = statistics.ports?[443] {
    print("port 443: \(https.connections) connections, \(https[.established] ?? 0) of them established")
}
let listeners = statistics.listeners ?? [:]
for (endpoint, listener) in listeners.sorted(by: { $0.key < $1.key }) {
    print("\(endpoint): \(listener.backlog) of \(listener.backlogLimit) connections wait to be accepted")
}
print("\(listeners.count) listening addresses, \(statistics[.established] ?? 0) \(TCPState.established.name)")
