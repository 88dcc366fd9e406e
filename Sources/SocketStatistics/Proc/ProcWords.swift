// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Goes through a text of lines and words without copying them. Words are what stands between spaces and tabs.
///
/// The C library finds them, so that a build without optimization is fast too.
@safe
struct ProcWords {
    /// The place of a word in the text.
    struct Word {
        fileprivate var start: Int
        fileprivate var count: Int
    }

    /// Ends in a 0 byte.
    private let text: UnsafePointer<CChar>
    private let count: Int
    private var position = 0
    /// The line under way, counted from 1.
    private(set) var line = 1

    private init(_ text: UnsafePointer<CChar>, count: Int) {
        unsafe self.text = text
        self.count = count
    }

    /// Passes the words of a text to `body`, which does not keep them.
    static func read(
        _ bytes: [UInt8], _ body: (inout ProcWords) throws(ProcTextError) -> Void
    ) throws(ProcTextError) {
        let text = bytes + [0]
        try unsafe text.withUnsafeBufferPointer { buffer throws(ProcTextError) in
            guard let base = unsafe UnsafeRawPointer(buffer.baseAddress) else { return }
            var words = unsafe ProcWords(base.assumingMemoryBound(to: CChar.self), count: bytes.count)
            try body(&words)
        }
    }

    /// Whether there is no other line.
    var isAtEnd: Bool { position == count }

    /// The next word of the line; nil at its end.
    mutating func next() -> Word? {
        unsafe position += strspn(text + position, " \t")
        let length = unsafe strcspn(text + position, " \t\n")
        guard length > 0 else { return nil }
        defer { position += length }
        return Word(start: position, count: length)
    }

    /// Ends a line whose words were all taken, and goes to the beginning of the next one.
    mutating func endLine() throws(ProcTextError) {
        guard position < count else { return }
        guard unsafe text[position] == CChar(bitPattern: UInt8(ascii: "\n")) else { throw error("it has a 0 byte") }
        position += 1
        line += 1
    }

    /// Whether a word is this one.
    func equals(_ word: Word, _ other: [UInt8]) -> Bool {
        word.count == other.count && begins(word, with: other)
    }

    /// Whether a word begins with another one.
    func begins(_ word: Word, with other: [UInt8]) -> Bool {
        unsafe word.count >= other.count && memcmp(text + word.start, other, other.count) == 0
    }

    /// Whether a word is one word and another, written together.
    func equals(_ word: Word, _ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard word.count == first.count + second.count, begins(word, with: first) else { return false }
        return begins(Word(start: word.start + first.count, count: second.count), with: second)
    }

    /// A word as bytes.
    func bytes(_ word: Word) -> [UInt8] {
        (word.start..<word.start + word.count).map { unsafe UInt8(bitPattern: text[$0]) }
    }

    /// An error in the line under way.
    func error(_ problem: String) -> ProcTextError {
        ProcTextError(line: line, problem: problem)
    }
}
