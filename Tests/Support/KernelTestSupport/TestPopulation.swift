// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Sockets in every state that loopback can bring about, held until the population goes.
public final class TestPopulation {
    /// TCP_DEFER_ACCEPT, which Glibc does not offer to Swift.
    private static let deferAccept: Int32 = 9
    private static let smallBuffer: Int32 = 4096

    private var sockets: [TestSocket] = []

    public init() {}

    @discardableResult
    private func keep(_ socket: TestSocket) -> TestSocket {
        sockets.append(socket)
        return socket
    }

    /// One listener, and a connection to it: client and server.
    @discardableResult
    public func connection(
        _ address: TestSocket.Address = .ipv4, clientAddress: TestSocket.Address? = nil
    ) throws -> (client: TestSocket, server: TestSocket) {
        let listener = try keep(TestSocket.listener(address))
        // Small buffers, inherited by the server's side, so that a test fills them with little.
        try listener.set(SO_RCVBUF, level: SOL_SOCKET, Self.smallBuffer)
        try listener.set(SO_SNDBUF, level: SOL_SOCKET, Self.smallBuffer)
        let client = try keep(TestSocket(clientAddress ?? address))
        try client.set(SO_RCVBUF, level: SOL_SOCKET, Self.smallBuffer)
        try client.set(SO_SNDBUF, level: SOL_SOCKET, Self.smallBuffer)
        try client.connect(to: listener.port)
        return (client, try keep(listener.accept()))
    }

    /// A connection whose server has bytes to read, and whose client has bytes that the peer has no room for.
    public func queued(_ address: TestSocket.Address = .ipv4) throws {
        try connection(address).client.send(1000)
        try connection(address).client.sendUntilFull()
    }

    /// FIN_WAIT2 and CLOSE_WAIT.
    public func halfClosed(_ address: TestSocket.Address = .ipv4) throws {
        let (client, server) = try connection(address)
        try client.shutdownWriting()
        try server.acknowledgeEnd()
        try client.awaitState(5)  // FIN_WAIT2
    }

    /// TIME_WAIT: both sides closed, the client first. By shutdown(2), and by close(2) when nothing is left to be closed: a
    /// process that another test starts holds copies of all descriptors until it runs its program.
    public func timeWait(_ address: TestSocket.Address = .ipv4) throws {
        let listener = try keep(TestSocket.listener(address))
        let client = try TestSocket(address)
        try client.connect(to: listener.port)
        let server = try listener.accept()
        try client.shutdownWriting()
        try server.acknowledgeEnd()
        try server.shutdownWriting()
        try client.awaitState(7)  // CLOSE: the kernel has a minisocket in its place.
        try server.awaitState(7)
    }

    /// FIN_WAIT2 without an owner, a minisocket of the kernel's, and CLOSE_WAIT.
    public func orphan(_ address: TestSocket.Address = .ipv4) throws {
        let listener = try keep(TestSocket.listener(address))
        var client: TestSocket? = try TestSocket(address)
        try client?.connect(to: listener.port)
        let server = try keep(listener.accept())
        client = nil
        _ = client
        try server.acknowledgeEnd()
    }

    /// FIN_WAIT1: the FIN waits behind bytes that the peer has no room for.
    public func finWait1(_ address: TestSocket.Address = .ipv4) throws {
        let (client, _) = try connection(address)
        try client.sendUntilFull()
        try client.shutdownWriting()
    }

    /// LAST_ACK and FIN_WAIT2: the client closed first, and the server's FIN waits behind bytes.
    public func lastAck(_ address: TestSocket.Address = .ipv4) throws {
        let (client, server) = try connection(address)
        try server.sendUntilFull()
        try client.shutdownWriting()
        try server.acknowledgeEnd()
        try client.awaitState(5)  // FIN_WAIT2
        try server.shutdownWriting()
    }

    /// CLOSING and FIN_WAIT2: the client's FIN waits behind bytes when the server's arrives.
    public func closing(_ address: TestSocket.Address = .ipv4) throws {
        let (client, server) = try connection(address)
        try client.sendUntilFull()
        try client.shutdownWriting()
        try server.shutdownWriting()
        try client.awaitState(11)  // CLOSING
        try server.awaitState(5)  // FIN_WAIT2
    }

    /// SYN_RECV: the listener waits for data before it takes the client's last step for done. The client is
    /// ESTABLISHED.
    public func synReceived(_ address: TestSocket.Address = .ipv4) throws {
        let listener = try keep(TestSocket.listener(address))
        try listener.set(Self.deferAccept, level: Int32(IPPROTO_TCP), 60)
        let client = try keep(TestSocket(address))
        try client.connect(to: listener.port)
    }

    /// Sockets in SYN_RECV: with TCP Fast Open the client's first segment makes them, and the client, in SYN_SENT,
    /// takes none of the server's.
    ///
    /// It changes what the network namespace does with such segments.
    public func fastOpened(_ count: Int, _ address: TestSocket.Address = .ipv4) throws {
        // Client and server, neither with a cookie.
        _ = try Shell.output("echo \(0x1 | 0x2 | 0x4 | 0x200) > /proc/sys/net/ipv4/tcp_fastopen")
        let listener = try keep(TestSocket.listener(address))
        // TCP_FASTOPEN
        try listener.set(23, level: Int32(IPPROTO_TCP), Int32(count))
        for _ in 0..<count {
            try keep(TestSocket(address)).connectDeaf(to: listener.port, sending: "hello")
        }
    }

    /// A connection whose client sends to a peer that takes nothing any more.
    public func vanishedPeer(_ address: TestSocket.Address = .ipv4) throws {
        let (client, server) = try connection(address)
        try server.vanish()
        try client.send(100)
    }

    /// A full accept queue: one connection waits in it, and another client is stuck in SYN_SENT.
    public func fullAcceptQueue(_ address: TestSocket.Address = .ipv4) throws {
        let listener = try keep(TestSocket.listener(address, backlog: 0))
        for _ in 0..<2 {
            try keep(TestSocket(address)).connect(to: listener.port)
        }
    }

    /// Several listeners on one port, and a connection to one of them.
    public func sharedPort(_ address: TestSocket.Address = .ipv4) throws {
        let listener = try keep(TestSocket.listener(address, backlog: 5, isShared: true))
        for backlog in [6, 7] as [Int32] {
            try keep(TestSocket.listener(address, backlog: backlog, isShared: true, sharing: listener))
        }
        try keep(TestSocket(address)).connect(to: listener.port)
    }

    /// BOUND_INACTIVE.
    public func boundInactive(_ address: TestSocket.Address = .ipv4) throws {
        try keep(TestSocket(address)).bind()
    }

    /// Every state, both families, and an IPv4 client of an IPv6 socket.
    public func everyState() throws {
        for address in [TestSocket.Address.ipv4, .ipv6] {
            try connection(address)
            try queued(address)
            try halfClosed(address)
            try timeWait(address)
            try orphan(address)
            try finWait1(address)
            try lastAck(address)
            try closing(address)
            try synReceived(address)
            try fullAcceptQueue(address)
            try sharedPort(address)
        }
        try connection(.mapped, clientAddress: .ipv4)
    }
}
