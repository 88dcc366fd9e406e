// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore
internal import NIOPosix

/// A socket that accepts connections.
struct Listener: Sendable {
    /// How many connections the system keeps until they are accepted; it may lower the number.
    private static let backlog: Int32 = 511

    /// Whether a socket that listens on `::` leaves IPv4 to others; the system's default can be changed.
    private static let ipv6Only = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)

    let channel: any Channel
    /// The address as it was asked for, with the port that the system chose where it was to choose one.
    let address: ListenAddress
    private let socketFile: UnixSocketFile?

    /// Opens a listening socket.
    ///
    /// - Parameters:
    ///   - address: Where to listen.
    ///   - bootstrap: Makes the bootstrap that sets up the accepted connections.
    ///   - resolver: The thread that may wait for the resolution of a name.
    static func open(
        _ address: ListenAddress, bootstrap: () -> ServerBootstrap, resolver: NIOThreadPool
    ) async throws(ScrapeServerError) -> Listener {
        do {
            switch address.endpoint {
            case .tcp(let host, let port):
                let candidates = try await resolver.runIfActive {
                    try NameResolution.candidates(host: host, port: port)
                }
                let channel = try await bind(toFirstOf: candidates, bootstrap: bootstrap)
                let port = channel.localAddress?.port ?? port
                return Listener(channel: channel, address: ListenAddress(.tcp(host: host, port: port)), socketFile: nil)
            case .unix(let path):
                let (descriptor, file) = try UnixSocketFile.listen(at: path, backlog: backlog)
                do {
                    let channel = try await bootstrap().withBoundSocket(descriptor).get()
                    // NIO has just called listen with a backlog of its own; another call changes it back.
                    _ = listen(descriptor, backlog)
                    return Listener(channel: channel, address: address, socketFile: file)
                } catch {
                    file.remove()
                    throw error
                }
            }
        } catch let failure as NameResolution.Failure {
            throw .nameNotResolved(address, reason: failure.reason)
        } catch {
            throw .cannotListen(on: address, error)
        }
    }

    /// Binds to the first address that this host has.
    private static func bind(
        toFirstOf candidates: [SocketAddress], bootstrap: () -> ServerBootstrap
    ) async throws -> any Channel {
        var unavailable = IOError(errnoCode: EADDRNOTAVAIL, reason: "bind")
        for candidate in candidates {
            let bootstrap = bootstrap()
                .serverChannelOption(.backlog, value: backlog)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            if candidate.protocol == .inet6 {
                _ = bootstrap.serverChannelOption(Self.ipv6Only, value: 0)
            }
            do {
                return try await bootstrap.bind(to: candidate).get()
            } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL || error.errnoCode == EAFNOSUPPORT {
                unavailable = error
            }
        }
        throw unavailable
    }

    /// Stops to accept connections and removes the file of a Unix domain socket.
    func close() async {
        socketFile?.remove()
        try? await channel.close()
    }
}
