import Exposition
import ScrapeServing
import SocketMetrics
import SocketStatistics
import Synchronization

let source = SourceSelector([NetlinkSource(counting: .process), ProcSource(counting: .process)])
let history = Mutex(SeriesHistory())
let registry = Registry()
try registry.collect(TCPMetrics.metadata) {
    try history.withLock { TCPMetrics(try source.scan().scan.statistics, history: &$0).families }
}
try await ScrapeServer(registry, port: 8090).run()
