import Exposition
import SocketMetrics
import SocketStatistics

let registry = Registry()
let source = SourceSelector([NetlinkSource(counting: .process), ProcSource(counting: .process)])
try registry.register(TCPCollector(source))

/// The answer to a request for `/metrics`.
func metrics(accept: [String]) async -> (contentType: String, body: [UInt8]) {
    let negotiated = NegotiatedFormat(accept: accept)
    var body: [UInt8] = []
    negotiated.format.write(await registry.gather().families, into: &body)
    return (negotiated.contentType, body)
}

let answer = await metrics(accept: ["text/plain"])
print("\(answer.contentType): \(answer.body.isEmpty ? "nothing" : "some metrics")")
