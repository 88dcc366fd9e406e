// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore
internal import NIOPosix

/// A socket that accepts connections.
struct Listener: Sendable {
    /// How many connections the system keeps until they are accepted; it may lower the number.
    private static let backlog: Int32 = 511

    let channel: any Channel
    /// The address as it was asked for, with the port that the system chose where it was to choose one.
    let address: ListenAddress
    private let socketFile: UnixSocketFile?

    /// Opens a listening socket, or takes one that is open.
    ///
    /// - Parameters:
    ///   - address: Where to listen.
    ///   - early: The sockets that are open already.
    ///   - bootstrap: Makes the bootstrap that sets up the accepted connections.
    ///   - resolver: The thread that may wait for the resolution of a name.
    static func open(
        _ address: ListenAddress, early: EarlySockets?, bootstrap: () -> ServerBootstrap, resolver: NIOThreadPool
    ) async throws(ScrapeServerError) -> Listener {
        do {
            switch address.endpoint {
            case .tcp(let host, let port):
                let descriptor =
                    if let open = early?.take(address) {
                        open
                    } else {
                        try await resolver.runIfActive { try openTCP(address, host: host, port: port) }
                    }
                let channel = try await accept(descriptor, bootstrap)
                let port = channel.localAddress?.port ?? port
                return Listener(channel: channel, address: ListenAddress(.tcp(host: host, port: port)), socketFile: nil)
            case .unix(let path):
                let (descriptor, file) = try UnixSocketFile.listen(at: path, backlog: backlog)
                do {
                    return Listener(
                        channel: try await accept(descriptor, bootstrap), address: address, socketFile: file)
                } catch {
                    file.remove()
                    throw error
                }
            }
        } catch {
            throw .cannotListen(on: address, error)
        }
    }

    /// Opens a TCP socket that listens. Blocks while a name is resolved.
    static func openTCP(_ address: ListenAddress, host: String, port: Int) throws(ScrapeServerError) -> CInt {
        do {
            let candidates = try NameResolution.candidates(host: host, port: port)
            return try TCPListeningSocket.listen(onFirstOf: candidates, backlog: backlog)
        } catch let failure as NameResolution.Failure {
            throw .nameNotResolved(address, reason: failure.reason)
        } catch {
            throw .cannotListen(on: address, error)
        }
    }

    /// Lets the event loop accept the connections of a socket.
    private static func accept(_ descriptor: CInt, _ bootstrap: () -> ServerBootstrap) async throws -> any Channel {
        let channel = try await bootstrap().withBoundSocket(descriptor).get()
        // NIO has just called listen with a backlog of its own; another call changes it back.
        _ = listen(descriptor, backlog)
        return channel
    }

    /// Stops to accept connections and removes the file of a Unix domain socket.
    func close() async {
        socketFile?.remove()
        try? await channel.close()
    }
}
