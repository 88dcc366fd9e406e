// SPDX-License-Identifier: Apache-2.0

/// Picks numbers out of the files of the kernel's statistics, by their names: which numbers there are, and in which
/// order, differs from kernel to kernel.
///
/// The form is checked in each line, since the numbers of `snmp` and `netstat` belong to names by their places alone.
/// Numbers are only looked at where they are wanted.
struct KernelStatisticsParser {
    typealias Field = KernelStatistics.Field
    private typealias Word = ArraySlice<UInt8>

    /// The wanted fields of a protocol, by their names in UTF-8.
    private struct Group {
        /// With its colon.
        var title: [UInt8]
        var fields: [(name: [UInt8], field: Field)]

        func field(_ name: Word) -> Field? {
            fields.first { name.elementsEqual($0.name) }?.field
        }
    }

    private let groups: [Group]
    /// The numbers found.
    private(set) var values: [Field: Int128] = [:]

    /// - Parameter fields: what to pick, all of the file that is read.
    init(_ fields: [Field]) {
        groups = Dictionary(grouping: fields, by: \.group).map { group, fields in
            Group(title: Array("\(group):".utf8), fields: fields.map { (Array($0.name.utf8), $0) })
        }
    }

    /// Reads a whole file.
    mutating func read(_ bytes: [UInt8], as file: KernelStatistics.File) throws(ProcTextError) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // The last line of netstat has no end on kernels of 2020 as long as nobody uses MPTCP.
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard !lines.isEmpty else { throw ProcTextError(line: 1, problem: "the file is empty") }
        switch file {
        case .snmp, .netstat: try readPairsOfLines(lines)
        case .snmp6: try readNumberedNames(lines)
        case .sockstat, .sockstat6: try readPairsOfWords(lines)
        }
    }

    /// A line of names and then one of as many numbers, both with the title of the protocol:
    ///
    ///     Tcp: ActiveOpens PassiveOpens …
    ///     Tcp: 3556 230 …
    private mutating func readPairsOfLines(_ lines: [Word]) throws(ProcTextError) {
        var names: [Word]?
        for (index, line) in lines.enumerated() {
            let words = Self.words(line)
            let title = try Self.title(words, line: index + 1)
            guard let expected = names else {
                names = words
                continue
            }
            names = nil
            guard title == expected[0] else {
                throw ProcTextError(
                    line: index + 1,
                    problem: "it begins with \(ProcTextError.quote(title)) and not with "
                        + "\(ProcTextError.quote(expected[0])), as the line of names before it")
            }
            guard words.count == expected.count else {
                throw ProcTextError(
                    line: index + 1,
                    problem: "\(ProcTextError.quote(title)) has \(words.count - 1) numbers for "
                        + "\(expected.count - 1) names")
            }
            guard let group = group(title) else { continue }
            for (name, number) in zip(expected, words).dropFirst() {
                try take(number, named: name, of: group, line: index + 1)
            }
        }
        if let names {
            throw ProcTextError(
                line: lines.count + 1, problem: "the numbers of \(ProcTextError.quote(names[0])) are missing")
        }
    }

    /// A line for each protocol, of names that are each followed by their number: `TCP: inuse 5 orphan 0 …`
    private mutating func readPairsOfWords(_ lines: [Word]) throws(ProcTextError) {
        for (index, line) in lines.enumerated() {
            let words = Self.words(line)
            let title = try Self.title(words, line: index + 1)
            guard !words.count.isMultiple(of: 2) else {
                throw ProcTextError(
                    line: index + 1,
                    problem: "the last name of \(ProcTextError.quote(title)) has no number")
            }
            guard let group = group(title) else { continue }
            for place in stride(from: 1, to: words.count, by: 2) {
                try take(words[place + 1], named: words[place], of: group, line: index + 1)
            }
        }
    }

    /// A line for each number, whose name begins with that of the protocol: `Udp6NoPorts    0`
    private mutating func readNumberedNames(_ lines: [Word]) throws(ProcTextError) {
        for (index, line) in lines.enumerated() {
            let words = Self.words(line)
            guard words.count == 2 else {
                throw ProcTextError(
                    line: index + 1, problem: "it must be a name and a number, and has \(words.count) words")
            }
            for group in groups {
                let prefix = group.title.dropLast()
                guard words[0].starts(with: prefix) else { continue }
                try take(words[1], named: words[0].dropFirst(prefix.count), of: group, line: index + 1)
            }
        }
    }

    private func group(_ title: Word) -> Group? {
        groups.first { title.elementsEqual($0.title) }
    }

    /// Keeps a number if it is wanted.
    private mutating func take(_ word: Word, named name: Word, of group: Group, line: Int) throws(ProcTextError) {
        guard let field = group.field(name) else { return }
        guard values[field] == nil else {
            throw ProcTextError(line: line, problem: "\(field.group) \(field.name) occurs a second time")
        }
        guard let number = Self.number(word, isSigned: field.isSigned) else {
            throw ProcTextError(
                line: line,
                problem: "\(field.group) \(field.name) is \(ProcTextError.quote(word)), not a number of 64 bits")
        }
        values[field] = number
    }

    private static func words(_ line: Word) -> [Word] {
        line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    /// The first word, which ends in a colon.
    private static func title(_ words: [Word], line: Int) throws(ProcTextError) -> Word {
        guard let title = words.first, title.last == UInt8(ascii: ":") else {
            throw ProcTextError(line: line, problem: "it does not begin with a title such as \"Tcp:\"")
        }
        return title
    }

    /// A decimal number; nil for anything else, and for one that has no place in 64 bits.
    static func number(_ word: ArraySlice<UInt8>, isSigned: Bool = false) -> Int128? {
        let isNegative = isSigned && word.first == UInt8(ascii: "-")
        let digits = isNegative ? word.dropFirst() : word
        guard !digits.isEmpty else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isBeyond) = tens.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            guard !isTooLarge, !isBeyond else { return nil }
            number = sum
        }
        guard !isNegative || number <= Int64.min.magnitude else { return nil }
        return isNegative ? -Int128(number) : Int128(number)
    }
}

extension KernelStatistics.Field {
    /// Whether the kernel writes the number with a sign.
    fileprivate var isSigned: Bool {
        self == Self(.snmp, "Tcp", "MaxConn")
    }
}
