// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOCore
internal import NIOHTTP1

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
