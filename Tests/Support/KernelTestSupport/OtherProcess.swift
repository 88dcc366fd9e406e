// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A process that holds sockets of its own in the calling thread's network namespace: it ends with this object, or with
/// the test's process.
public final class OtherProcess {
    /// Where it listens, with IPv4; nobody else does in a namespace that is new.
    public static let port: UInt16 = 18_000

    private let pipe: UnsafeMutablePointer<FILE>
    /// The test's side of a connection from the process.
    public let connection: TestSocket

    /// Starts it, and waits until it has its sockets: a listener, connections to itself, and one to the test's
    /// listener.
    ///
    /// - Parameter isShared: whether the process lets others listen on its port.
    public init(connections: Int, to listener: TestSocket, isShared: Bool = false) throws {
        let program = """
            import socket, sys
            def connect(port): return socket.create_connection(("127.0.0.1", port))
            listener = socket.create_server(("127.0.0.1", \(Self.port)), reuse_port=\(isShared ? "True" : "False"))
            pairs = [(connect(\(Self.port)), listener.accept()) for _ in range(\(connections))]
            last = connect(\(listener.port))
            sys.stdin.read()
            """
        // It reads until the pipe closes.
        guard let pipe = popen("exec python3 -c '\(program)'", "we") else { throw TestSystemError("popen") }
        do {
            connection = try listener.accept()
        } catch {
            pclose(pipe)
            throw error
        }
        self.pipe = pipe
    }

    deinit {
        pclose(pipe)
    }
}
