import Exposition
import SocketMetrics
import SocketStatistics

let sources = SourceSelector([NetlinkSource(counting: .process), ProcSource(counting: .process)])

/// The answer to a request for `/metrics`.
func metrics(accept: [String]) throws -> (contentType: String, body: [UInt8]) {
    let negotiated = NegotiatedFormat(accept: accept)
    let metrics = TCPMetrics(try sources.scan().scan.statistics)
    var body: [UInt8] = []
    negotiated.format.write(metrics.families, into: &body)
    return (negotiated.contentType, body)
}

let answer = try metrics(accept: ["text/plain"])
print("\(answer.contentType): \(answer.body.isEmpty ? "nothing" : "some metrics")")
