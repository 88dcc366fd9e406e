// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import ScrapeServer

@Suite struct ConnectionHandlerTests {
    /// Records what the handler of requests would hear.
    private final class Recorder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        var events: [ConnectionEvent] = []

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ConnectionEvent { events.append(event) }
        }
    }

    private let channel = EmbeddedChannel()
    private let recorder = Recorder()
    private let registry = ConnectionRegistry(limit: 5)

    init() throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let handler = ConnectionHandler(limits: ConnectionLimits(), registry: registry, logger: logger)
        try channel.pipeline.syncOperations.addHandlers([handler, recorder])
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/")).wait()
    }

    private func tell(_ event: ExchangeEvent) throws {
        try channel.triggerUserOutboundEvent(event).wait()
    }

    private func advance(seconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
    }

    @Test func `a client that sends nothing is closed after ten seconds`() {
        advance(seconds: 9)
        #expect(channel.isActive)
        advance(seconds: 1)
        #expect(!channel.isActive)
    }

    @Test func `a client that trickles its head is closed after ten seconds`() throws {
        for _ in 0..<10 {
            #expect(channel.isActive)
            try channel.writeInbound(ByteBuffer(string: "x"))
            advance(seconds: 1)
        }
        #expect(!channel.isActive)
    }

    @Test func `a request that is being worked on has no deadline`() throws {
        try tell(.began)
        advance(seconds: 1000)
        #expect(channel.isActive)
    }

    @Test func `between requests a client has two minutes, and ten seconds from the first byte`() throws {
        try tell(.began)
        try channel.writeOutbound(ByteBuffer(string: "answer"))
        try tell(.answered)
        #expect(recorder.events == [.answerWritten])
        advance(seconds: 119)
        #expect(channel.isActive)
        try channel.writeInbound(ByteBuffer(string: "G"))
        advance(seconds: 9)
        #expect(channel.isActive)
        advance(seconds: 1)
        #expect(!channel.isActive)
    }

    @Test func `an idle client is closed after two minutes`() throws {
        try tell(.began)
        try tell(.answered)
        advance(seconds: 119)
        #expect(channel.isActive)
        advance(seconds: 1)
        #expect(!channel.isActive)
    }

    @Test func `a client that takes nothing of its answer is closed after thirty seconds`() throws {
        try tell(.began)
        // An embedded channel keeps what is written without a flush, as a full socket does.
        channel.write(IOData.byteBuffer(ByteBuffer(repeating: 0, count: 200_000)), promise: nil)
        try tell(.finished)
        #expect(recorder.events.isEmpty)
        advance(seconds: 29)
        #expect(channel.isActive)
        advance(seconds: 1)
        #expect(!channel.isActive)
    }

    @Test func `a large answer is cut into slices`() throws {
        try channel.writeOutbound(IOData.byteBuffer(ByteBuffer(repeating: 0, count: 150_000)))
        var sizes: [Int] = []
        while let slice = try channel.readOutbound(as: IOData.self) { sizes.append(slice.readableBytes) }
        #expect(sizes == [65536, 65536, 18928])
    }

    @Test func `after the last answer nothing of the client is read and the output is closed`() throws {
        try tell(.began)
        channel.write(IOData.byteBuffer(ByteBuffer(string: "answer")), promise: nil)
        try tell(.finished)
        try channel.writeInbound(ByteBuffer(string: "more"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
        #expect(channel.isActive)
        channel.flush()
        #expect(recorder.events == [.answerWritten])
        // An embedded channel closes both sides at once.
        #expect(!channel.isActive)
    }

    @Test func `a stopping server closes an idle connection and warns a busy one`() throws {
        try tell(.began)
        let stopped = registry.stop(within: .seconds(8), on: channel.embeddedEventLoop)
        #expect(recorder.events == [.serverStops])
        #expect(channel.isActive)
        try tell(.finished)
        channel.embeddedEventLoop.run()
        try stopped.wait()
        #expect(!channel.isActive)
    }
}
