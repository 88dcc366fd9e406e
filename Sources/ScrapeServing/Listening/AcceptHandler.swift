// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Logging
internal import NIOCore

/// Keeps a listening socket alive and calm when the system cannot give it another connection.
///
/// Where descriptors or memory run out, NIO leaves the socket open and readable, so that the event loop would try again
/// without a pause. This handler closes a connection, where one can be spared, and lets the listening socket rest for a
/// moment.
final class AcceptHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.seconds(1)

    private let registry: ConnectionRegistry
    private let logger: Logger

    init(registry: ConnectionRegistry, logger: Logger) {
        self.registry = registry
        self.logger = logger
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, Self.isShortage(error.errnoCode) else {
            context.fireErrorCaught(error)
            return
        }
        let madeRoom = registry.makeRoom()
        logger.warning(
            "out of descriptors or memory, not accepting connections for one second: raise the limit of open files, or lower that of connections",
            metadata: ["error": "\(sentence(of: error))", "closed_connection": "\(madeRoom)"]
        )
        let channel = context.channel
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            try? channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }

    /// Whether an error of `accept` says that the process or the system has too little, for now, to accept another.
    static func isShortage(_ errno: Int32) -> Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno)
    }
}
