// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc

/// Runs the command line and turns its outcome into an exit code: 0, 2 for wrong usage, 1 for a failure at run time.
@main
enum Main {
    static func main() async {
        StandardStream.openMissing()
        // A reader that went away is an error of the write, and no reason to end without a word.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try SocketExporterCommand.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(report(error))
        }
    }

    private static func report(_ error: any Error) -> Int32 {
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
