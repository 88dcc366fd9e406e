// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import Logging

/// Runs the command line and turns its outcome into an exit code: 0, 2 for wrong usage, 1 for a failure at run time.
@main
enum Main {
    // On the main actor, so that everything up to the first suspension happens on the main thread while there is no other:
    // privileges are given up there, and threads inherit what is left.
    @MainActor
    static func main() async {
        StandardStream.openMissing()
        // A reader that went away is an error of the write, and no reason to end without a word.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try SocketExporterCommand.parseAsRoot()
            if let command = command as? SocketExporterCommand {
                try await run(command)
            } else {
                try command.run()  // the library's own, such as help
            }
        } catch {
            exit(report(error))
        }
    }

    @MainActor
    private static func run(_ command: SocketExporterCommand) async throws {
        do {
            try await command.start()?.run()
        } catch  where !command.once.once {
            // A server says in its log why it ends.
            command.log.logger.error("\(error)")
            throw ExitCode.failure
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
