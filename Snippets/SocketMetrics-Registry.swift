import Exposition
import ScrapeServer
import SocketMetrics
import SocketStatistics

let source = SourceSelector([NetlinkSource(counting: .process), ProcSource(counting: .process)])
let registry = Registry()
try registry.collect(TCPMetrics.metadata) {
    TCPMetrics(try source.scan().scan.statistics).families
}
try await ScrapeServer(registry, port: 8090).run()
