// SPDX-License-Identifier: Apache-2.0
//
// A service on Hummingbird that tells Prometheus about its own sockets, beside what it is for:
//
//     swift run --package-path Examples/HummingbirdServer HummingbirdServer 8080    # 0 takes a free port
//     curl http://127.0.0.1:8080/metrics

import Exposition
import Glibc
import Hummingbird
import NIOPosix
import SocketMetrics
import SocketStatistics
import Synchronization

/// The sockets of this process, and those on its ports that belong to nobody (TIME_WAIT, SYN_RECV).
final class SocketPage: Sendable {
    private let sources = SourceSelector([NetlinkSource(counting: .process), ProcSource(counting: .process)])
    /// A scan blocks for a microsecond for each socket of the host: never on an event loop or in a task. Scrapes that
    /// come together wait here for each other, and take no thread from the rest of the service.
    private let thread = NIOThreadPool(numberOfThreads: 1)
    /// What the counters go on from.
    private let history = Mutex(SeriesHistory())

    init() {
        thread.start()
    }

    func answer(to request: Request) async throws -> Response {
        let negotiated = NegotiatedFormat(accept: request.headers[values: .accept])
        let text = try await thread.runIfActive { [self] in
            let metrics = try history.withLock { TCPMetrics(try sources.scan().scan.statistics, history: &$0) }
            var text: [UInt8] = []
            negotiated.format.write(metrics.families, into: &text)
            return text
        }
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
        let sockets = SocketPage()
        let router = Router()
        router.get("/") { _, _ in "Hello\n" }
        router.get("/metrics") { request, _ in try await sockets.answer(to: request) }
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
