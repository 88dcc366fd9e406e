// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics
internal import SystemPackage

/// The network namespace that is counted: that of `--netns`, or the one that the exporter was started in.
///
/// With `--netns` the whole process enters it, before there is another thread. All that asks the kernel then asks in
/// that namespace, without knowing of it: netlink sockets, BPF programs, procfs and the names of interfaces. What
/// listens is opened before.
enum CountedNamespace {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Enters it, and checks that procfs is of the same one.
    static func enter(_ options: SourceOptions) throws {
        if let file = options.networkNamespace {
            try NetworkNamespace.enter(file)
        }
        // Where procfs is the only source, it alone says what is counted.
        if options.source != .proc || options.networkNamespace != nil {
            try check(options.procfs)
        }
    }

    /// A source over netlink beside the source proc, which counts what is in its files: it fails where these are of another
    /// network namespace than this process.
    ///
    /// - Parameters:
    ///   - protocolName: What it counts, for people.
    ///   - collector: The collector that it is for.
    ///   - path: Where procfs is mounted.
    static func checked<Statistics: Sendable>(
        _ source: any StatisticsSource<Statistics>, _ protocolName: String, collector: String, _ path: FilePath
    ) -> CheckedSource<Statistics> {
        CheckedSource(source) { () throws(SourceError) in
            let over = "\(protocolName) sockets are counted over netlink in the network namespace of the exporter"
            let procfs = Procfs(path)
            switch procfs.isOfThisNamespace {
            case true?:
                return
            case false?:
                throw SourceError(
                    .unavailable,
                    """
                    \(over), and --path.procfs \(path) is of another: use --netns \(procfs.likelyNamespaceFile), or \
                    --no-collector.\(collector)
                    """)
            case nil:
                // A /proc that is not there cannot tell of another namespace either.
                guard path != "/proc" else { return }
                throw SourceError(
                    .unavailable,
                    """
                    \(over), and that of --path.procfs \(path) cannot be determined: give the mount point of a procfs, or \
                    use --no-collector.\(collector)
                    """)
            }
        }
    }

    private static func check(_ path: FilePath) throws(Failure) {
        let procfs = Procfs(path)
        let (told, counted): (UInt32, UInt32)
        do throws(Errno) {
            (told, counted) = (try procfs.networkNamespace(), try NetworkNamespace.current())
        } catch {
            // A /proc that is not there cannot tell of another namespace either.
            guard path != "/proc" else { return }
            throw unknown(path, procfs, error)
        }
        guard told == counted else {
            throw Failure(
                description: """
                    --path.procfs \(path) is of the network namespace net:[\(told)], and the exporter counts \
                    net:[\(counted)]: use --netns \(procfs.likelyNamespaceFile), or the procfs of what is counted
                    """)
        }
    }

    private static func unknown(_ path: FilePath, _ procfs: Procfs, _ error: Errno) -> Failure {
        if procfs.isOfStrangers {
            let first = path.appending("1")
            return Failure(
                description: """
                    --path.procfs \(path) is of a PID namespace in which the exporter does not exist: use --path.procfs \
                    \(first) with --netns \(procfs.likelyNamespaceFile)
                    """)
        }
        if error == .noSuchFileOrDirectory {
            return Failure(
                description:
                    "--path.procfs \(path) is not a mounted procfs (\(error)): give the mount point of a procfs")
        }
        return Failure(
            description: """
                the network namespace of --path.procfs \(path) cannot be determined (\(error)): give a procfs that \
                the exporter may read, or use --source proc without --netns, which counts what is in it
                """)
    }
}
