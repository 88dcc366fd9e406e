// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// An IPv4 socket on each of the 65,535 UDP ports of the calling thread's network namespace, in several processes, because a
/// process may have fewer open: they end with this object, or with the test's process.
public final class EveryUDPPort {
    private let pipe: UnsafeMutablePointer<FILE>

    /// Starts the processes, and waits until they have their sockets.
    public init() throws {
        let program = """
            import os, resource, socket, sys
            def bound(port):
                each = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                each.bind(("127.0.0.1", port))
                return each
            most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
            step = min(8192, most - 64)
            ready, done = os.pipe()
            processes = range(1, 65536, step)
            for first in processes:
                if os.fork() == 0:
                    try:
                        sockets = [bound(port) for port in range(first, min(first + step, 65536))]
                        os.write(done, b".")
                        sys.stdin.read()
                    finally:
                        os._exit(0)
            os.close(done)
            for _ in processes: assert os.read(ready, 1)
            last = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            sys.stdin.read()
            for _ in processes: os.wait()
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
