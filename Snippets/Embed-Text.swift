import Exposition
import SocketStatistics

/// Makes what GET /metrics of a server answers: its own metrics, and the TCP sockets of the host.
struct MetricsPage {
    let requests: Counter
    private let registry = Registry()

    init() throws {
        requests = try registry.counter("app_requests_total", help: "Requests answered.")
        let source = SourceSelector([NetlinkSource(), ProcSource()])
        try registry.collect(.gauge("app_time_wait_connections", help: "TCP connections in TIME_WAIT.")) {
            try source.scan().scan.statistics[.timeWait].map { [Sample(MetricValue($0))] } ?? []
        }
    }

    /// Blocks for as long as a scan takes.
    func answer(accept: [String]) -> (contentType: String, body: [UInt8]) {
        let negotiated = NegotiatedFormat(accept: accept)
        var body: [UInt8] = []
        negotiated.format.write(registry.families { print("\($0)") }, into: &body)
        return (negotiated.contentType, body)
    }
}

let page = try MetricsPage()
page.requests.increment()
let answer = page.answer(accept: ["application/openmetrics-text;version=1.0.0"])
print(String(decoding: answer.body, as: UTF8.self), terminator: "")
