// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// The text of `/proc/net/sockstat` or `sockstat6`, whose lines hold a title and pairs of name and number:
/// `TCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1`.
struct SockstatText {
    private let lines: [[Substring]]
    private let path: FilePath

    /// - Parameter path: what errors call it.
    init(_ text: String, at path: FilePath) {
        lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        self.path = path
    }

    /// The number of a name; nil where the kernel does not tell it.
    func number(_ name: String, in title: String) throws(SourceError) -> UInt64? {
        guard let words = lines.first(where: { $0.first == "\(title):" }) else { return nil }
        // A name is at an odd place; where a number stands in one, the line is none of pairs.
        guard let index = stride(from: 1, to: words.count, by: 2).first(where: { words[$0] == name }) else {
            return nil
        }
        guard index + 1 < words.count, words[index + 1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt64(words[index + 1])
        else { throw .malformed(path, "line \(title): \"\(name)\" is not followed by a number") }
        return number
    }
}
