// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Calls a function on an event loop after that has polled its sockets: through a pair of sockets, of which it reads
/// one.
///
/// An event loop runs all due tasks, including those that tasks add, before it polls its sockets. A connection with
/// thousands of requests that went on by a task would keep all others waiting; woken through a socket, it waits for
/// theirs.
final class TurnSocket: Sendable {
    private let eventLoop: any EventLoop
    private let input: CInt
    private let output: CInt

    /// Opens the pair. Throws `IOError`.
    init(eventLoop: any EventLoop) throws {
        var descriptors: [CInt] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        try IOError.check("socketpair", unsafe socketpair(AF_UNIX, type, 0, &descriptors))
        self.eventLoop = eventLoop
        (input, output) = (descriptors[0], descriptors[1])
    }

    deinit {
        close(input)
    }

    /// Begins to call a function, on the event loop, each time after it was asked for. To be called once: the event
    /// loop closes the other socket.
    func start(call: @escaping @Sendable () -> Void) -> EventLoopFuture<Void> {
        ClientBootstrap(group: eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(call))
                }
            }
            .withConnectedSocket(output).map { _ in }
    }

    /// Has the function called once; returns false where there is no memory to ask with.
    func ask() -> Bool {
        var byte: UInt8 = 0
        // One byte at a time is on its way, so that there is always room.
        return unsafe send(input, &byte, 1, Int32(MSG_NOSIGNAL)) == 1
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let call: () -> Void

        init(_ call: @escaping () -> Void) {
            self.call = call
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            call()
        }
    }
}
