// SPDX-License-Identifier: Apache-2.0
//
// A service on Hummingbird that tells Prometheus about its own sockets, beside what it is for:
//
//     swift run --package-path Examples/HummingbirdServer HummingbirdServer 8080    # 0 takes a free port
//     curl http://127.0.0.1:8080/metrics

import Exposition
import Glibc
import Hummingbird
import SocketMetrics
import SocketStatistics

/// The sockets of this process, and those on its ports that belong to nobody (TIME_WAIT, SYN_RECV).
struct SocketPage: Sendable {
    private let registry = Registry()

    init() throws {
        let own = SourceSelector([NetlinkSource(counting: .process), ProcSource(counting: .process)])
        try registry.register(TCPCollector(own))
    }

    func answer(to request: Request) async -> Response {
        let negotiated = NegotiatedFormat(accept: request.headers[values: .accept])
        // Prometheus waits for 10 seconds unless it is told otherwise.
        let gathered = await registry.gather(ScrapeRequest(deadline: .now + .seconds(9)))
        var text: [UInt8] = []
        negotiated.format.write(gathered.families, into: &text)
        return Response(
            status: .ok, headers: [.contentType: negotiated.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: text)))
    }
}

@main
struct HummingbirdServer {
    static func main() async throws {
        guard let port = UInt16(CommandLine.arguments.dropFirst().first ?? "8080") else {
            print("usage: HummingbirdServer [PORT]")
            exit(2)
        }
        let sockets = try SocketPage()
        let router = Router()
        router.get("/") { _, _ in "Hello\n" }
        router.get("/metrics") { request, _ in await sockets.answer(to: request) }
        let server = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: Int(port))),
            onServerRunning: { channel in
                print("http://127.0.0.1:\(channel.localAddress?.port ?? 0)/metrics")
                fflush(nil)  // also into a pipe
            })
        try await server.runService()
    }
}
