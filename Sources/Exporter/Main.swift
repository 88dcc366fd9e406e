// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import CStartup
internal import Glibc
internal import Logging

/// Runs the command line and turns its outcome into an exit code: 0, 2 for wrong usage, 1 for a failure at run time.
///
/// Nothing here is asynchronous: Swift concurrency creates threads on demand, which may fail, for example at SIGTERM.
@main
enum Main {
    static func main() {
        cst_use_one_heap()
        StandardStream.openMissing()
        // Writing to a closed pipe or a full file is then an error of the call; by default it ends the process
        // silently.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // Socket files get exactly the permissions that were asked for; the exporter creates no other files.
        umask(0)
        do {
            guard let arguments else { throw MissingArguments() }
            var command = try SocketExporterCommand.parseAsRoot(arguments)
            if let command = command as? SocketExporterCommand {
                try command.start()
            } else {
                try command.run()  // the library's own, such as help
            }
            exit(0)
        } catch {
            exit(report(error))
        }
    }

    /// What follows the name of the program; nil where there is not even that. Linux puts an empty name into an empty
    /// list.
    private static var arguments: [String]? {
        let all = (0..<cst_argument_count()).compactMap { index in
            unsafe cst_argument(index).map { unsafe String(cString: $0) }
        }
        return all.isEmpty || all == [""] ? nil : Array(all.dropFirst())
    }

    private static func report(_ error: any Error) -> Int32 {
        if let error = error as? MissingArguments {
            complain(error.description)
            return 2
        }
        switch SocketExporterCommand.exitCode(for: error) {
        case .success:
            let message = SocketExporterCommand.fullMessage(for: error)
            return (try? StandardStream.output.write("\(message)\n".utf8)) == nil ? 1 : 0
        case .validationFailure:
            complain("\(SocketExporterCommand.message(for: error))\nTry 'socket_exporter --help'.")
            return 2
        case .failure where error is ExitCode:
            return 1
        default:
            complain("\(error)")
            return 1
        }
    }

    private static func complain(_ message: String) {
        // Where standard error is closed, the exit code has to say it alone.
        try? StandardStream.error.write("socket_exporter: \(message)\n".utf8)
    }
}

/// The process was started without the name of the program, and so perhaps without the options that were meant for it.
private struct MissingArguments: Error, CustomStringConvertible {
    let description = "started with an empty list of arguments: start it with its name and its options"
}
