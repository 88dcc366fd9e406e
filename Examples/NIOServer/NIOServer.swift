// SPDX-License-Identifier: Apache-2.0
//
// A service on SwiftNIO that tells Prometheus about its own sockets, beside what it is for:
//
//     swift run NIOServer 8080    # 0 takes a free port
//     curl http://127.0.0.1:8080/metrics

import Exposition
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import SocketMetrics
import SocketStatistics

/// The sockets of this process, and those on its ports that belong to nobody (TIME_WAIT, SYN_RECV).
final class SocketPage: Sendable {
    private let registry = Registry()
    /// A scan takes a microsecond for each socket of the host: too long for an event loop.
    private let thread = NIOThreadPool(numberOfThreads: 1)

    init() throws {
        let own = SourceSelector([NetlinkSource(counting: .process), ProcSource(counting: .process)])
        try registry.register(TCPCollector(own))
        thread.start()
    }

    func answer(to request: HTTPRequestHead, on eventLoop: any EventLoop) -> EventLoopFuture<Answer> {
        let negotiated = NegotiatedFormat(accept: request.headers["accept"])
        return thread.runIfActive(eventLoop: eventLoop) { [self] in
            // Prometheus waits for 10 seconds unless it is told otherwise.
            let gathered = registry.gather(ScrapeRequest(deadline: .now + .seconds(9)))
            var text: [UInt8] = []
            negotiated.format.write(gathered.families, into: &text)
            return Answer(contentType: negotiated.contentType, body: ByteBuffer(bytes: text))
        }
    }
}

struct Answer: Sendable {
    var status = HTTPResponseStatus.ok
    var contentType = "text/plain; charset=utf-8"
    var body: ByteBuffer
}

final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let sockets: SocketPage
    private var request: HTTPRequestHead?

    init(_ sockets: SocketPage) {
        self.sockets = sockets
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = head
        case .body: break
        case .end:
            guard let request else { return }
            answer(to: request, on: context.eventLoop).assumeIsolated().whenComplete { result in
                switch result {
                case .success(let answer): self.send(answer, to: request, context)
                case .failure(let error):
                    let body = ByteBuffer(string: "\(error)\n")
                    self.send(Answer(status: .internalServerError, body: body), to: request, context)
                }
            }
        }
    }

    private func answer(to request: HTTPRequestHead, on eventLoop: any EventLoop) -> EventLoopFuture<Answer> {
        switch request.uri {
        case "/": eventLoop.makeSucceededFuture(Answer(body: ByteBuffer(string: "Hello\n")))
        case "/metrics": sockets.answer(to: request, on: eventLoop)
        default: eventLoop.makeSucceededFuture(Answer(status: .notFound, body: ByteBuffer(string: "Not found\n")))
        }
    }

    private func send(_ answer: Answer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let headers: HTTPHeaders = [
            "content-type": answer.contentType, "content-length": "\(answer.body.readableBytes)",
            "connection": request.isKeepAlive ? "keep-alive" : "close",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !request.isKeepAlive {
            sent.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
    }
}

@main
struct NIOServer {
    static func main() async throws {
        guard let port = UInt16(CommandLine.arguments.dropFirst().first ?? "8080") else {
            print("usage: NIOServer [PORT]")
            exit(2)
        }
        let sockets = try SocketPage()
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(sockets))
                }
            }
            .bind(host: "127.0.0.1", port: Int(port)).get()
        print("http://127.0.0.1:\(server.localAddress?.port ?? 0)/metrics")
        fflush(nil)  // also into a pipe
        try await server.closeFuture.get()
    }
}
