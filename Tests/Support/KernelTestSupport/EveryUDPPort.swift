// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A process with an IPv4 socket on each of the 65,535 UDP ports of the calling thread's network namespace: it ends with
/// this object, or with the test's process.
public final class EveryUDPPort {
    private let pipe: UnsafeMutablePointer<FILE>

    /// Starts it, and waits until it has its sockets.
    public init() throws {
        let program = """
            import resource, socket, sys
            resource.setrlimit(resource.RLIMIT_NOFILE, (70000, 70000))
            sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(65535)]
            for port, each in enumerate(sockets, 1): each.bind(("127.0.0.1", port))
            ready = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            sys.stdin.read()
            """
        let listener = try TestSocket.listener()
        // It reads until the pipe closes.
        guard let pipe = popen("exec python3 -c '\(program)' \(listener.port)", "we") else {
            throw TestSystemError("popen")
        }
        // Each time it waits for some seconds, in which a busy machine may not make that many sockets.
        guard (0..<12).contains(where: { _ in (try? listener.accept()) != nil }) else {
            pclose(pipe)
            throw TestSystemError("a socket on each UDP port", ETIMEDOUT)
        }
        self.pipe = pipe
    }

    deinit {
        pclose(pipe)
    }
}
