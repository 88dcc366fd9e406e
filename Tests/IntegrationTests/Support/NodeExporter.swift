// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport

/// The node_exporter of Debian sid, which `make test` fetches.
enum NodeExporter {
    /// Answers on a UNIX socket that it inherits, so that its HTTP connection is none of the sockets that it counts.
    private static let script = """
        import os, socket, sys
        path, program = sys.argv[1:]
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
        collectors = ["netstat", "sockstat", "tcpstat", "udp_queues", "uname", "conntrack"]
        os.execv(program, [program, "--web.systemd-socket", "--web.disable-exporter-metrics",
            "--collector.disable-defaults"] + ["--collector." + name for name in collectors])
        """

    /// One scrape of the calling thread's network namespace, with the collectors whose names this exporter has too.
    static func scrape() throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try Shell.output(
            """
            python3 -c '\(script)' '\(path)' '\(Peers.path("SOCKET_EXPORTER_NODE_EXPORTER"))' 2>/dev/null & server=$!
            for _ in $(seq 200); do [ -S '\(path)' ] && break; sleep 0.05; done
            curl -sS --max-time 20 --retry 5 --retry-all-errors --unix-socket '\(path)' http://localhost/metrics
            status=$?
            kill $server
            wait $server
            exit $status
            """)
    }
}
