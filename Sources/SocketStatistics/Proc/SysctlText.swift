// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// The text of a file of `/proc/sys`: numbers, or a list of ports.
struct SysctlText {
    private let text: String
    private let path: FilePath

    /// - Parameter path: what errors call it.
    init(_ text: String, at path: FilePath) {
        self.text = text
        self.path = path
    }

    /// The only number. A negative one, which the kernel takes for some limits, has the effect of 0.
    func number() throws(SourceError) -> UInt64 {
        try numbers(1)[0]
    }

    /// So many numbers as there are.
    func numbers(_ count: Int) throws(SourceError) -> [UInt64] {
        let words = text.utf8.split(whereSeparator: Self.isSpace)
        let numbers = words.compactMap { KernelStatisticsParser.number($0, isSigned: true) }
        guard words.count == count, numbers.count == count else {
            throw unexpected(count == 1 ? "a number is expected" : "\(count) numbers are expected")
        }
        return numbers.map { UInt64(clamping: $0) }
    }

    /// A first and a last port.
    func portRange() throws(SourceError) -> ClosedRange<UInt16> {
        let numbers = try numbers(2)
        guard let first = UInt16(exactly: numbers[0]), let last = UInt16(exactly: numbers[1]), first <= last else {
            throw unexpected("a first and a last port are expected")
        }
        return first...last
    }

    /// Ports and ranges of ports, ascending, with commas between them: `22,8080-8090`.
    func ports() throws(SourceError) -> [ClosedRange<UInt16>] {
        let list = text.utf8.drop(while: Self.isSpace)
        let end = list.lastIndex { !Self.isSpace($0) }.map { list.index(after: $0) } ?? list.startIndex
        guard end > list.startIndex else { return [] }
        var ranges: [ClosedRange<UInt16>] = []
        for item in list[..<end].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let limits = item.split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
            let ports = limits.compactMap { KernelStatisticsParser.number($0).flatMap { UInt16(exactly: $0) } }
            guard ports.count == limits.count, ports.count <= 2, ports[0] <= ports[ports.count - 1],
                ranges.last.map({ $0.upperBound < ports[0] }) ?? true
            else { throw unexpected("ascending ports are expected", item) }
            ranges.append(ports[0]...ports[ports.count - 1])
        }
        return ranges
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
    }

    private func unexpected(_ what: String, _ found: Substring.UTF8View? = nil) -> SourceError {
        let found = found ?? text.utf8.drop(while: Self.isSpace)
        return .malformed(path, "\(what), not \(ProcTextError.quote(found.prefix { $0 != UInt8(ascii: "\n") }))")
    }
}
