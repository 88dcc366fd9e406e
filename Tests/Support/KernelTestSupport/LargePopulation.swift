// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Very many sockets in a network namespace of their own, which the population tool of the benchmarks makes, and which
/// go with this object or with the test's process.
public final class LargePopulation {
    private let input: UnsafeMutablePointer<FILE>
    /// The file of the namespace.
    public let namespace: String

    /// - Parameter orders: recipes and numbers, as the tool takes them: `ipv6:established=1000`.
    public init(_ orders: [String]) throws {
        guard let tool = getenv("SOCKET_EXPORTER_POPULATION").map({ String(cString: $0) }) else {
            throw TestSystemError("SOCKET_EXPORTER_POPULATION, which scripts/test sets", ENOENT)
        }
        let output = String(try Shell.output("mktemp -u").dropLast())
        guard mkfifo(output, 0o600) == 0 else { throw TestSystemError("mkfifo") }
        defer { unlink(output) }
        guard let input = popen("exec '\(tool)' \(orders.joined(separator: " ")) >\(output)", "we") else {
            throw TestSystemError("popen")
        }
        // Its one line comes when all sockets are there.
        let words = try Shell.output("head -n 1 \(output)").split(whereSeparator: \.isWhitespace)
        guard words.count == 2, words[0] == "ready" else {
            pclose(input)
            throw TestSystemError("the population tool", ECHILD)
        }
        self.input = input
        namespace = String(words[1])
    }

    deinit {
        pclose(input)
    }
}
