// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOPosix

/// A listening socket whose connections an event loop accepts.
struct Listener: Sendable {
    let channel: any Channel
    /// The address as it was asked for, with the port that the system chose where it was to choose one.
    let address: ListenAddress
    private let socket: ListeningSocket

    /// Lets an event loop accept the connections of a socket, which is closed where that fails.
    static func accept(_ socket: ListeningSocket, _ bootstrap: ServerBootstrap) -> EventLoopFuture<Listener> {
        bootstrap.withBoundSocket(socket.descriptor).map { channel in
            Listener(channel: channel, address: socket.address.with(port: channel.localAddress?.port), socket: socket)
        }
    }

    /// Stops accepting connections and removes the file of a Unix domain socket.
    func close() -> EventLoopFuture<Void> {
        socket.removeFile()
        return channel.close().recover { _ in }
    }
}
