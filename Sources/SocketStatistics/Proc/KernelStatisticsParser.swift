// SPDX-License-Identifier: Apache-2.0

/// Picks numbers out of the files of the kernel's statistics, by their names: which numbers there are, and in which
/// order, differs from kernel to kernel.
///
/// The form is checked in each line, since the numbers of `snmp` and `netstat` belong to names by their places alone.
/// Numbers are only looked at where they are wanted, and memory depends on these alone. One that is none costs the
/// others nothing.
struct KernelStatisticsParser {
    typealias Field = KernelStatistics.Field

    /// The wanted fields of a protocol, with their names in UTF-8.
    struct Group: Sendable {
        /// Without its colon.
        fileprivate var title: [UInt8]
        fileprivate var fields: [(name: [UInt8], field: Field)]
    }

    private let groups: [Group]
    /// The numbers found.
    private(set) var values: [Field: Int128] = [:]
    /// Where the first of the wanted words is that is no number.
    private(set) var failure: ProcTextError?

    /// - Parameter groups: what to pick, all of the file that is read.
    init(_ groups: [Group]) {
        self.groups = groups
    }

    /// The fields of a file by their protocols.
    static func groups(_ fields: some Sequence<Field>) -> [Group] {
        Dictionary(grouping: fields, by: \.group).map { group, fields in
            Group(title: Array(group.utf8), fields: fields.map { (Array($0.name.utf8), $0) })
        }
    }

    /// Reads a whole file.
    mutating func read(_ bytes: [UInt8], as file: KernelStatistics.File) throws(ProcTextError) {
        guard !bytes.isEmpty else { throw ProcTextError(line: 1, problem: "the file is empty") }
        try ProcWords.read(bytes) { words throws(ProcTextError) in
            // The last line of netstat has no end on kernels of 2020 as long as nobody uses MPTCP.
            while !words.isAtEnd {
                switch file {
                case .snmp, .netstat: try readPairOfLines(&words)
                case .snmp6: try readNamedNumber(&words)
                case .sockstat, .sockstat6: try readPairsOfWords(&words)
                }
            }
        }
    }

    /// A line of names and then one of as many numbers, both with the title of the protocol:
    ///
    ///     Tcp: ActiveOpens PassiveOpens …
    ///     Tcp: 3556 230 …
    private mutating func readPairOfLines(_ words: inout ProcWords) throws(ProcTextError) {
        let title = try Self.title(&words)
        let group = group(title, words)
        // The fields that are wanted, by the places of their names.
        var wanted: [(place: Int, field: Field)] = []
        var names = 0
        while let name = words.next() {
            names += 1
            if let field = group?.fields.first(where: { words.equals(name, $0.name) })?.field {
                wanted.append((names, field))
            }
        }
        try words.endLine()
        guard !words.isAtEnd else {
            throw words.error("the numbers of \(ProcTextError.quote(title)) are missing")
        }
        let secondTitle = try Self.title(&words)
        guard secondTitle == title else {
            throw words.error(
                "it begins with \(ProcTextError.quote(secondTitle)) and not with \(ProcTextError.quote(title)), as the "
                    + "line of names before it")
        }
        var next = wanted.startIndex
        var numbers = 0
        while let number = words.next() {
            numbers += 1
            guard next < wanted.endIndex, wanted[next].place == numbers else { continue }
            try take(number, of: wanted[next].field, words)
            next += 1
        }
        guard numbers == names else {
            throw words.error("\(ProcTextError.quote(title)) has \(numbers) numbers for \(names) names")
        }
        try words.endLine()
    }

    /// A line of names of a protocol that are each followed by their number: `TCP: inuse 5 orphan 0 …`
    private mutating func readPairsOfWords(_ words: inout ProcWords) throws(ProcTextError) {
        let title = try Self.title(&words)
        let group = group(title, words)
        while let name = words.next() {
            guard let number = words.next() else {
                throw words.error("the last name of \(ProcTextError.quote(title)) has no number")
            }
            guard let field = group?.fields.first(where: { words.equals(name, $0.name) })?.field else { continue }
            try take(number, of: field, words)
        }
        try words.endLine()
    }

    /// A line of a number, whose name begins with that of the protocol: `Udp6NoPorts    0`
    private mutating func readNamedNumber(_ words: inout ProcWords) throws(ProcTextError) {
        guard let name = words.next(), let number = words.next(), words.next() == nil else {
            throw words.error("it must be a name and a number")
        }
        for group in groups where words.begins(name, with: group.title) {
            guard let field = group.fields.first(where: { words.equals(name, group.title, $0.name) })?.field else {
                continue
            }
            try take(number, of: field, words)
        }
        try words.endLine()
    }

    private func group(_ title: [UInt8], _ words: ProcWords) -> Group? {
        groups.first { $0.title.count + 1 == title.count && title.starts(with: $0.title) }
    }

    /// Keeps a number, or why there is none.
    private mutating func take(_ word: ProcWords.Word, of field: Field, _ words: ProcWords) throws(ProcTextError) {
        let bytes = words.bytes(word)
        guard let number = Self.number(bytes, isSigned: field.isSigned) else {
            let problem = "\(field.group) \(field.name) is \(ProcTextError.quote(bytes)), not a number of 64 bits"
            failure = failure ?? words.error(problem)
            return
        }
        guard values.updateValue(number, forKey: field) == nil else {
            throw words.error("\(field.group) \(field.name) occurs a second time")
        }
    }

    /// The first word of a line, which ends in a colon.
    private static func title(_ words: inout ProcWords) throws(ProcTextError) -> [UInt8] {
        guard let title = words.next().map(words.bytes), title.last == UInt8(ascii: ":") else {
            throw words.error("it does not begin with a title such as \"Tcp:\"")
        }
        return title
    }

    /// A decimal number; nil for anything else, and for one that has no place in 64 bits.
    static func number(_ word: some Collection<UInt8>, isSigned: Bool = false) -> Int128? {
        let isNegative = isSigned && word.first == UInt8(ascii: "-")
        let digits = word.dropFirst(isNegative ? 1 : 0)
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
