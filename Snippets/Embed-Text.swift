import Exposition
import SocketMetrics
import SocketStatistics

/// What GET /metrics of a server answers: its own metrics, and the TCP sockets of the host.
struct MetricsPage {
    let requests: Counter
    private let registry = Registry()

    init() throws {
        requests = try registry.counter("app_requests_total", help: "Requests answered.")
        try registry.register(TCPCollector(SourceSelector([NetlinkSource(), ProcSource()])))
    }

    /// The content type and the body of an answer.
    func answer(accept: [String]) async -> (contentType: String, body: [UInt8]) {
        let request = ScrapeRequest(deadline: .now + .seconds(5))
        let negotiated = NegotiatedFormat(accept: accept)
        var body: [UInt8] = []
        negotiated.format.write(await registry.gather(request).families, into: &body)
        return (negotiated.contentType, body)
    }
}

let page = try MetricsPage()
page.requests.increment()
let answer = await page.answer(accept: ["application/openmetrics-text;version=1.0.0"])
print("\(answer.contentType), \(answer.body.isEmpty ? "empty" : "with metrics")")
