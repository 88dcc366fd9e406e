// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

extension SocketSummary {
    /// Reads `net/sockstat` and `net/sockstat6` of a procfs, in the network namespace of this process, or of the
    /// process whose directory it is.
    public init(procfs: FilePath = "/proc") throws(SourceError) {
        let reader = ProcFileReader()
        let directory = Procfs(procfs).network
        let path = directory.appending("sockstat")
        guard let text = try reader.text(path) else {
            throw .missing(path)
        }
        let path6 = directory.appending("sockstat6")
        // Without this file the kernel has no IPv6.
        let text6 = try reader.text(path6)
        self.init(
            inUseIPv4: try Self.number("inuse", in: "TCP", of: text, at: path),
            inUseIPv6: try text6.map { text throws(SourceError) in
                try Self.number("inuse", in: "TCP6", of: text, at: path6)
            } ?? 0,
            timeWait: try Self.number("tw", in: "TCP", of: text, at: path))
    }

    /// A number that the kernel always tells.
    private static func number(
        _ name: String, in title: String, of text: String, at path: FilePath
    ) throws(SourceError) -> UInt64 {
        // Sums are made of these numbers, so that they must be far below the limit, as the kernel's are.
        guard let number = try SockstatText(text, at: path).number(name, in: title), number <= UInt32.max else {
            throw .malformed(path, "line \(title): the number \"\(name)\" is missing")
        }
        return number
    }
}
