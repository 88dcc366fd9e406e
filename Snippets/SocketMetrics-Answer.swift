import Exposition
import SocketMetrics
import SocketStatistics
import Synchronization

let sources = SourceSelector([NetlinkSource(counting: .process), ProcSource(counting: .process)])
let history = Mutex(SeriesHistory())

/// The answer to a request for `/metrics`.
func metrics(accept: [String]) throws -> (contentType: String, body: [UInt8]) {
    let negotiated = NegotiatedFormat(accept: accept)
    // One scrape after the other: each goes on from the counters of the one before.
    let metrics = try history.withLock { TCPMetrics(try sources.scan().scan.statistics, history: &$0) }
    var body: [UInt8] = []
    negotiated.format.write(metrics.families, into: &body)
    return (negotiated.contentType, body)
}

let answer = try metrics(accept: ["text/plain"])
print("\(answer.contentType): \(answer.body.isEmpty ? "nothing" : "some metrics")")
