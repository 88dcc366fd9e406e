// SPDX-License-Identifier: Apache-2.0

internal import CKernelTestSupport
internal import Glibc

/// A network interface of the calling thread's network namespace over which packets take time. It is gone with this object.
///
/// Its addresses are 10.9.0.1, which is this host's, and those of peers from 10.9.0.2 on, behind which there is this host,
/// too: a connection to a port of a peer arrives at the listener on that port.
public final class DelayedLink {
    private let link: OpaquePointer

    public init() throws {
        guard let link = ckt_link_open() else { throw TestSystemError("a tun device") }
        self.link = link
        _ = try Shell.output("ip addr add 10.9.0.1/24 dev delayed && ip link set delayed up")
    }

    deinit {
        ckt_link_close(link)
    }

    /// How long packets to a peer take in each direction from now on; nil drops them.
    ///
    /// - Parameter peer: The last byte of its address.
    public func delay(_ peer: UInt8, milliseconds: Int32?) {
        ckt_link_set_delay(link, peer, milliseconds ?? -1)
    }

    /// A socket that listens on all addresses.
    public func listener() throws -> TestSocket {
        let socket = try TestSocket()
        guard listen(socket.descriptor, 16) == 0 else { throw TestSystemError("listen") }
        return socket
    }

    /// Begins to connect to the listener on a port behind a peer, and does not wait.
    public func connect(_ socket: TestSocket, to peer: UInt8, port: UInt16) throws {
        let error = ckt_connect_to_peer(socket.descriptor, peer, port)
        guard error == 0 || error == EINPROGRESS else { throw TestSystemError("connect", error) }
    }

    /// A connection to a peer, and its other end.
    public func connection(to peer: UInt8, _ listener: TestSocket) throws -> (client: TestSocket, server: TestSocket) {
        let client = try TestSocket()
        try connect(client, to: peer, port: listener.port)
        let server = try listener.accept()
        try client.awaitState(1)  // ESTABLISHED
        return (client, server)
    }
}
