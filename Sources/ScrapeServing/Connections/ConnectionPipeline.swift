// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// What the handler of requests tells the handler of its connection, as an outbound user event.
enum ExchangeEvent: Hashable, Sendable {
    /// A request is complete and the server works on it.
    case began
    /// The answer was handed over, and another request may follow.
    case answered
    /// Nothing more will be written: the connection is to close when all that was handed over is sent.
    case finished
}

/// What the handler of a connection tells the handler of its requests, as an inbound user event.
enum ConnectionEvent: Hashable, Sendable {
    /// All that was handed over is sent.
    case answerWritten
    /// The client has closed its side. What it sent before may not be decoded yet.
    case clientLeft
    /// The server stops: the answer under way is the last one.
    case serverStops
}

/// A connection that the server does not take.
struct ConnectionRefused: Error {}

extension Channel {
    /// Sets up an accepted connection; throws ``ConnectionRefused`` where the server takes no more.
    func configureConnectionPipeline(_ server: ServerState) throws {
        guard server.registry.admitsAnother() else {
            server.logger.debug("connection refused: every other is at work")
            throw ConnectionRefused()
        }

        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = server.limits.headerBytes
        decoderLimits.maxHeaderListSize = server.limits.headerBytes

        let pipeline = pipeline.syncOperations
        try pipeline.addHandler(
            ConnectionHandler(
                limits: server.limits, registry: server.registry, turns: server.turns, logger: server.logger))
        try pipeline.configureHTTPServerPipeline(
            withErrorHandling: false,
            withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
            withDecoderLimitConfiguration: decoderLimits
        )
        try pipeline.addHandler(
            ProtocolErrorHandler(statistics: server.statistics, clock: server.clock, logger: server.logger))
        try pipeline.addHandler(RequestHandler(server: server))
    }
}
