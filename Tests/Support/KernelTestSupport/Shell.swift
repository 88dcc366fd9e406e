// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Runs other programs from the calling thread, and so in its network namespace.
public enum Shell {
    /// The standard output of a command, which must exit with 0.
    public static func output(_ command: String) throws -> String {
        guard let pipe = popen(command, "re") else { throw TestSystemError("popen") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        let status = pclose(pipe)
        guard status == 0 else { throw ShellError(command: command, status: status) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A command that a test needs did not exit with 0.
public struct ShellError: Error, CustomStringConvertible {
    let command: String
    let status: Int32

    public var description: String {
        "`\(command)` ended with wait status \(status)"
    }
}

/// The kernel that the tests run on.
public enum TestKernel {
    /// Whether its version is at least this one.
    public static func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        let release = (try? Shell.output("uname -r")) ?? ""
        let numbers = release.split(separator: ".").prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (major, minor)
    }
}
