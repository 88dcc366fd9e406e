// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import Synchronization
internal import SystemPackage

/// Files of `/proc/sys/net`, of the network namespace that a procfs tells of.
///
/// In each mount these are files of the namespace of the thread that opens them. Where procfs tells of another one,
/// they are opened there, on a thread that enters it: once, since that needs a privilege that may be given up later. A
/// file that did not exist then, such as one of a kernel module that was not loaded, is not looked for again.
final class NetworkSysctls: Sendable {
    private let procfs: Procfs
    private let names: [String]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - names: the files that will be read: `ipv4/tcp_max_tw_buckets`.
    init(_ procfs: Procfs, _ names: [String]) {
        self.procfs = procfs
        self.names = names
    }

    private struct State {
        /// The namespace that procfs told of when this process could last look.
        var told: UInt32?
        var opened: OpenFiles?
    }

    /// The files of a namespace.
    struct Files {
        fileprivate let directory: FilePath
        /// Nil where they are those of the calling thread.
        fileprivate let opened: OpenFiles?

        /// The text of a file; nil where there is no such file.
        func text(_ name: String) throws(SourceError) -> SysctlText? {
            let path = directory.appending(name)
            let text =
                if let opened {
                    try opened[name].map { file throws(SourceError) in try ShortFile.text(of: file, path) }
                } else {
                    try ShortFile.text(path)
                }
            return text.map { SysctlText($0, at: path) }
        }
    }

    /// Finds the files as they are now.
    func files() throws(SourceError) -> Files {
        let directory = procfs.sysctls.appending("net")
        guard procfs.isMounted else { return Files(directory: directory, opened: nil) }
        guard procfs.hasSysctls else {
            throw SourceError(
                .unavailable, errno: .noSuchFileOrDirectory,
                "\(directory) does not exist: mount procfs without the option subset=pid")
        }
        return try state.withLock { state throws(SourceError) in
            let (told, current) = try namespaces(state.told)
            state.told = told
            guard told != current else { return Files(directory: directory, opened: nil) }
            if let opened = state.opened, opened.namespace == told {
                return Files(directory: directory, opened: opened)
            }
            let opened = try open(told, directory)
            state.opened = opened
            return Files(directory: directory, opened: opened)
        }
    }

    /// The namespace that procfs tells of, and that of the calling thread.
    ///
    /// - Parameter last: what procfs told of before: a process that has given up its privileges may not look again.
    private func namespaces(_ last: UInt32?) throws(SourceError) -> (told: UInt32, current: UInt32) {
        do throws(Errno) {
            return (try namespace(last), try NetworkNamespace.current())
        } catch {
            throw SourceError(
                .unavailable, errno: error,
                """
                the network namespace of \(procfs.namespaceFile) cannot be determined (\(error)), nor can its limits: \
                start as root or with CAP_SYS_PTRACE
                """)
        }
    }

    private func namespace(_ last: UInt32?) throws(Errno) -> UInt32 {
        do throws(Errno) {
            return try procfs.networkNamespace()
        } catch {
            guard let last, error == .permissionDenied || error == .notPermitted else { throw error }
            return last
        }
    }

    private func open(_ inode: UInt32, _ directory: FilePath) throws(SourceError) -> OpenFiles {
        let path = procfs.namespaceFile
        let namespace = try ProcFileReader.attempt("open", path) {
            try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        }
        defer { try? namespace.close() }
        let files = OpenFiles(inode)
        for name in names {
            try files.open(name, directory.appending(name), in: namespace)
        }
        return files
    }
}

/// Open files of a namespace, closed with the last reader.
private final class OpenFiles: Sendable {
    /// The namespace's inode number.
    let namespace: UInt32
    private let files = Mutex<[String: FileDescriptor]>([:])

    init(_ namespace: UInt32) {
        self.namespace = namespace
    }

    deinit {
        files.withLock { files in
            for file in files.values {
                try? file.close()
            }
        }
    }

    subscript(_ name: String) -> FileDescriptor? {
        files.withLock { $0[name] }
    }

    /// Opens a file, if it exists.
    func open(_ name: String, _ path: FilePath, in namespace: FileDescriptor) throws(SourceError) {
        var error = unsafe cnl_error()
        let file = unsafe path.withPlatformString { path in
            unsafe cnl_open_file_in_namespace(namespace.rawValue, path, &error)
        }
        guard file < 0 else {
            files.withLock { $0[name] = FileDescriptor(rawValue: file) }
            return
        }
        let failure = unsafe NetlinkSocket.Failure(error)
        switch failure.call {
        case "open" where failure.errno == .noSuchFileOrDirectory: return
        case "setns":
            throw SourceError(
                .unavailable, errno: failure.errno,
                """
                \(path) is that of another network namespace, which cannot be entered (\(failure.why)): start as \
                root or with CAP_SYS_ADMIN
                """)
        default:
            throw SourceError(
                .systemCallFailed, errno: failure.errno, "\(path): \(failure.call ?? "open") failed: \(failure.why)")
        }
    }
}
