// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A cgroup of the unified hierarchy, removed when it goes out of scope.
public final class TestCgroup {
    private let root: String
    /// Its path from the root of the hierarchy.
    public let path: String
    /// The number of its directory.
    public let number: UInt64
    /// Those that a nested one is in must be there as long as it is.
    private let parent: TestCgroup?
    private var isRemoved = false

    /// Where the unified hierarchy is mounted and takes new cgroups; nil where neither this nor the hybrid layout has it.
    public static let hierarchy: String? = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
        access($0 + "/cgroup.controllers", F_OK) == 0 && access($0, W_OK) == 0
    }

    /// - Parameters:
    ///   - name: The name of its directory, to which a number is added that no other has.
    ///   - parent: The one that it is nested in; nil for the root.
    public init(_ name: String, in parent: TestCgroup? = nil) throws {
        guard let root = Self.hierarchy else { throw TestSystemError("the unified hierarchy", ENOENT) }
        self.root = root
        self.parent = parent
        path = "\(parent?.path ?? "")/\(name)_\(getpid())_\(UInt32.random(in: 0 ... .max))"
        guard mkdir(root + path, 0o755) == 0 else { throw TestSystemError(path) }
        var status = stat()
        guard stat(root + path, &status) == 0 else { throw TestSystemError(path) }
        number = UInt64(status.st_ino)
    }

    /// The file that moves a process into the cgroup.
    var processes: String { root + path + "/cgroup.procs" }

    /// The same of the root.
    var processesOfRoot: String { root + "/cgroup.procs" }

    /// Removes the cgroup, waiting until the last process has left it.
    public func remove() throws {
        for _ in 0..<5000 {
            if rmdir(root + path) == 0 {
                isRemoved = true
                return
            }
            guard errno == EBUSY else { throw TestSystemError(path) }
            usleep(1000)
        }
        throw TestSystemError(path, EBUSY)
    }

    deinit {
        if !isRemoved {
            try? remove()
        }
    }
}

/// A process in a cgroup that holds sockets in the calling thread's network namespace: it ends with this object, or with the
/// test's process.
public final class CgroupProcess {
    private let pipe: UnsafeMutablePointer<FILE>
    /// It cannot be removed before the process ends or leaves it.
    private let cgroup: TestCgroup
    /// The test's side of a connection from the process.
    public let connection: TestSocket

    /// Starts it, and waits until it has its sockets: a listener, connections to itself, and one to the test's listener.
    public init(connections: Int, in cgroup: TestCgroup, to listener: TestSocket) throws {
        let program = """
            import socket, sys
            def move(file):
                with open(file, "w") as file: file.write("0")
            move("\(cgroup.processes)")
            listener = socket.create_server(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            pairs = [(socket.create_connection(("127.0.0.1", port)), listener.accept()) for _ in range(\(connections))]
            last = socket.create_connection(("127.0.0.1", \(listener.port)))
            if sys.stdin.readline():
                move("\(cgroup.processesOfRoot)")
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
        self.cgroup = cgroup
    }

    /// Lets the process leave its cgroup; its sockets stay.
    public func leaveCgroup() throws {
        guard fputs("leave\n", pipe) >= 0, fflush(pipe) == 0 else { throw TestSystemError("a pipe") }
    }

    deinit {
        pclose(pipe)
    }
}
