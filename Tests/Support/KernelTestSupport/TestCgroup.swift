// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A cgroup of the unified hierarchy, removed with this object unless it was before.
public final class TestCgroup {
    /// From the root of the hierarchy.
    public let path: String
    private let directory: String

    /// Where the hierarchy is mounted; nil where it is not, or where no cgroup can be made in it.
    private static let mount: String? = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
        access($0 + "/cgroup.controllers", F_OK) == 0 && access($0, W_OK) == 0
    }

    /// Whether there can be one.
    public static let isPossible = mount != nil || getenv("CI") != nil

    /// Creates a directory of a name that no other has; one in another has that name.
    public init(_ name: String, in parent: TestCgroup? = nil) throws {
        guard let mount = Self.mount else { throw TestSystemError("the unified hierarchy of cgroups", ENOENT) }
        path = (parent?.path ?? "/socket_exporter_test_\(getpid())_") + (parent == nil ? "" : "/") + name
        directory = mount + path
        guard mkdir(directory, 0o755) == 0 else { throw TestSystemError("mkdir \(directory)") }
    }

    /// The number that the kernel has for it.
    public var number: UInt64 {
        get throws {
            guard let number = UInt64(try Shell.output("stat -c %i '\(directory)'").dropLast()) else {
                throw TestSystemError("the number of \(directory)", EINVAL)
            }
            return number
        }
    }

    /// Removes it, while sockets of it may be left.
    public func remove() throws {
        guard rmdir(directory) == 0 else { throw TestSystemError("rmdir \(directory)") }
    }

    deinit {
        rmdir(directory)
    }

    /// A process in a cgroup that holds sockets of it: it ends with this object, or with the test's process.
    public final class Member {
        /// The test's sides of its connections.
        public let connections: [TestSocket]
        private let pipe: UnsafeMutablePointer<FILE>

        /// Starts it in the calling thread's network namespace, and waits until it has its sockets: a listener, and
        /// connections to the test's listener.
        ///
        /// - Parameter leaving: Whether it leaves the cgroup for the root when it has them, so that it can be removed.
        public init(of cgroup: TestCgroup, connections: Int, to listener: TestSocket, leaving: Bool = false) throws {
            let root = cgroup.directory.dropLast(cgroup.path.utf8.count)
            let program = """
                import socket, sys
                def move(directory): open(directory + "/cgroup.procs", "w").write("0")
                move("\(cgroup.directory)")
                listener = socket.create_server(("127.0.0.1", 0))
                sockets = [socket.create_connection(("127.0.0.1", \(listener.port))) for _ in range(\(connections))]
                if \(leaving ? "True" : "False"): move("\(root)")
                sockets[0].send(b"x")
                sys.stdin.read()
                """
            guard let pipe = popen("exec python3 -c '\(program)'", "we") else { throw TestSystemError("popen") }
            do {
                let accepted = try (0..<connections).map { _ in try listener.accept() }
                try accepted[0].awaitData()
                self.connections = accepted
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
}
