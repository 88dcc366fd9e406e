// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

extension SocketSummary {
    /// Reads `net/sockstat` and `net/sockstat6` of a procfs.
    public init(procfs: FilePath = "/proc") throws(SourceError) {
        let reader = ProcFileReader()
        let path = procfs.appending("net/sockstat")
        guard let sockstat = try Self.text(of: path, reader) else {
            throw .missing(path)
        }
        let sockstat6 = try Self.text(of: procfs.appending("net/sockstat6"), reader)
        guard let summary = SocketSummary(sockstat: sockstat, sockstat6: sockstat6) else {
            throw .malformed(
                path, "the fields \"TCP: inuse\" and \"tw\", or \"TCP6: inuse\" of sockstat6, are missing or no numbers"
            )
        }
        self = summary
    }

    /// - Parameters:
    ///   - sockstat: lines of a title and pairs of name and number: `TCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1`.
    ///   - sockstat6: the same for IPv6, nil where the kernel has no IPv6.
    /// - Returns: nil when a number is missing.
    init?(sockstat: String, sockstat6: String?) {
        guard
            let inUseIPv4 = Self.number("inuse", in: "TCP", of: sockstat),
            let timeWait = Self.number("tw", in: "TCP", of: sockstat),
            let inUseIPv6 = sockstat6.map({ Self.number("inuse", in: "TCP6", of: $0) }) ?? 0
        else { return nil }
        self.init(inUseIPv4: inUseIPv4, inUseIPv6: inUseIPv6, timeWait: timeWait)
    }

    private static func number(_ name: String, in title: String, of text: String) -> UInt64? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.first == "\(title):" else { continue }
            guard let index = words.firstIndex(where: { $0 == name }), index + 1 < words.count else { return nil }
            // Sums are made of these numbers: the kernel's are far below the limit.
            return UInt32(words[index + 1]).map(UInt64.init)
        }
        return nil
    }

    private static func text(of path: FilePath, _ reader: borrowing ProcFileReader) throws(SourceError) -> String? {
        var bytes: [UInt8] = []
        let exists = try reader.read(path) { piece throws(SourceError) in
            for index in piece.indices {
                bytes.append(piece[index])
            }
        }
        return exists ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
