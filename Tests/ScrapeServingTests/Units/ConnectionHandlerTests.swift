// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import ScrapeServing

@Suite struct ConnectionHandlerTests {
    /// Records what the handler of requests would hear.
    private final class Recorder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        var events: [ConnectionEvent] = []
        var pieces: [String] = []
        var hasEnded = false
        /// Whether each piece is a request, which the server begins to work on.
        var beginsExchanges = false

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ConnectionEvent { events.append(event) }
            if event as? ChannelEvent == .inputClosed { hasEnded = true }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            pieces.append(String(buffer: Self.unwrapInboundIn(data)))
            if beginsExchanges { context.triggerUserOutboundEvent(ExchangeEvent.began, promise: nil) }
        }
    }

    private let channel = EmbeddedChannel()
    private let recorder = Recorder()
    private let registry = ConnectionRegistry(limit: 5)
    private let turns: Turns

    init() throws {
        turns = Turns(eventLoop: channel.eventLoop) { true }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let handler = ConnectionHandler(limits: ConnectionLimits(), registry: registry, turns: turns, logger: logger)
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

    private static let request = "GET / HTTP/1.1\r\n\r\n"

    private func answer() throws {
        try channel.writeOutbound(ByteBuffer(string: "answer"))
        try tell(.answered)
    }

    @Test func `requests sent at once are decoded one after the other`() throws {
        recorder.beginsExchanges = true
        try channel.writeInbound(ByteBuffer(string: Self.request))
        // An event loop that reads on until the client's end brings more while a request is being worked on.
        for _ in 0..<3 { try channel.writeInbound(ByteBuffer(string: Self.request + Self.request)) }
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        for count in 1...6 {
            try answer()
            #expect(recorder.pieces.count == count)
            #expect(!recorder.hasEnded)
            turns.run()
        }
        #expect(recorder.pieces == [String](repeating: Self.request, count: 7))
        // After the last request, and once.
        #expect(recorder.hasEnded)
    }

    @Test func `nothing is read while something is not decoded`() throws {
        final class Reads: ChannelOutboundHandler {
            typealias OutboundIn = Any
            var count = 0
            func read(context: ChannelHandlerContext) { count += 1 }
        }
        let reads = Reads()
        try channel.pipeline.syncOperations.addHandler(reads, position: .first)
        channel.read()
        #expect(reads.count == 1)
        try channel.writeInbound(ByteBuffer(string: Self.request))
        try tell(.began)
        try channel.writeInbound(ByteBuffer(string: Self.request))
        let before = reads.count
        channel.read()
        #expect(reads.count == before)
        try channel.writeOutbound(ByteBuffer(string: "answer"))
        try tell(.answered)
        turns.run()
        #expect(recorder.pieces.count == 2)
        #expect(reads.count == before + 1)
    }

    @Test func `a client that sends too much before it closes its side is closed`() throws {
        try channel.writeInbound(ByteBuffer(string: Self.request))
        try tell(.began)
        for _ in 0..<16 { try channel.writeInbound(ByteBuffer(repeating: 0x61, count: 4096)) }
        #expect(channel.isActive)
        try channel.writeInbound(ByteBuffer(string: "a"))
        #expect(!channel.isActive)
    }

    @Test func `a connection is expendable as long as it waits, and where it sends more than one request`() throws {
        recorder.beginsExchanges = true
        let handler = try channel.pipeline.syncOperations.handler(type: ConnectionHandler.self)
        let start = channel.eventLoop.now
        #expect(handler.expendableSince == start)
        advance(seconds: 1)
        try channel.writeInbound(ByteBuffer(string: Self.request))
        #expect(handler.expendableSince == nil)
        advance(seconds: 1)
        try channel.writeInbound(ByteBuffer(string: Self.request))
        #expect(handler.expendableSince == start + .seconds(2))
        advance(seconds: 1)
        channel.write(IOData.byteBuffer(ByteBuffer(string: "answer")), promise: nil)
        #expect(handler.expendableSince == start + .seconds(3))
        channel.flush()
        try tell(.answered)
        #expect(handler.expendableSince == start + .seconds(2))
        // A server that stops asks it to finish, and does not cut it off.
        _ = registry.stop(within: .seconds(8), on: channel.embeddedEventLoop)
        #expect(channel.isActive)
        #expect(recorder.events.last == .serverStops)
    }

    @Test func `a request that arrives slowly makes its connection expendable since its first byte`() throws {
        let handler = try channel.pipeline.syncOperations.handler(type: ConnectionHandler.self)
        recorder.beginsExchanges = true
        try channel.writeInbound(ByteBuffer(string: Self.request))
        try answer()
        recorder.beginsExchanges = false
        advance(seconds: 1)
        let first = channel.eventLoop.now
        for _ in 0..<5 {
            try channel.writeInbound(ByteBuffer(repeating: 0x61, count: 3000))
            turns.run()
            #expect(handler.expendableSince == first)
            advance(seconds: 1)
        }
    }

    @Test func `a client that closes its side gets its answer within the request time-out, or is closed`() throws {
        let handler = try channel.pipeline.syncOperations.handler(type: ConnectionHandler.self)
        try tell(.began)
        advance(seconds: 100)
        #expect(!handler.hasClientLeft)
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(recorder.events == [.clientLeft])
        #expect(recorder.hasEnded)
        #expect(handler.hasClientLeft)
        #expect(handler.expendableSince == channel.eventLoop.now)
        advance(seconds: 9)
        #expect(channel.isActive)
        advance(seconds: 1)
        #expect(!channel.isActive)
    }

    @Test func `the client's end is heard at once, and again after its last request`() throws {
        recorder.beginsExchanges = true
        try channel.writeInbound(ByteBuffer(string: Self.request))
        try channel.writeInbound(ByteBuffer(string: Self.request))
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(recorder.events == [.clientLeft])
        #expect(!recorder.hasEnded)
        try answer()
        turns.run()
        #expect(recorder.pieces.count == 2)
        #expect(recorder.hasEnded)
        // The time begins again with each request.
        advance(seconds: 9)
        #expect(channel.isActive)
        advance(seconds: 1)
        #expect(!channel.isActive)
    }

    @Test(arguments: [true, false])
    func `a stopping server does not wait for a client that has closed its side`(before: Bool) throws {
        try tell(.began)
        if before { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        let stopped = registry.stop(within: .seconds(8), on: channel.embeddedEventLoop)
        #expect(channel.isActive != before)
        if !before { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        channel.embeddedEventLoop.run()
        try stopped.wait()
        #expect(!channel.isActive)
    }

    @Test func `what waits for a client is known to the registry`() throws {
        try tell(.began)
        channel.write(IOData.byteBuffer(ByteBuffer(repeating: 0, count: 200_000)), promise: nil)
        let handler = try channel.pipeline.syncOperations.handler(type: ConnectionHandler.self)
        #expect(handler.unsentBytes == 200_000)
        #expect(handler.stalledSince != nil)
        channel.flush()
        #expect(handler.unsentBytes == 0)
        #expect(handler.stalledSince == nil)
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
