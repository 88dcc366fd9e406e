import Exposition
import ScrapeServing
import SocketMetrics
import SocketStatistics

let registry = Registry()
// The sockets of the host, or of the container: socket_tcp_connections and the others.
try registry.register(TCPCollector(SourceSelector([NetlinkSource(), ProcSource()])))
// Those of this process again, as app_socket_tcp_connections and so on.
let own = SourceSelector([NetlinkSource(counting: .process), ProcSource(counting: .process)])
try registry.register(TCPCollector(own, prefix: "app_socket", name: "app"))
try await ScrapeServer(registry, port: 8090).runUntilSignal()
