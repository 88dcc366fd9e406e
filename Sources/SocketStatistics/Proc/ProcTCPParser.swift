// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Reads `/proc/net/tcp` or `tcp6` byte by byte: any split into chunks gives the same result, and memory is constant.
struct ProcTCPParser {
    private static let title = Array("  sl  local_address".utf8)

    private let family: AddressFamily
    /// The last field that is read of a line in most states; what follows is skipped.
    private let usualLastField: ProcTCPField
    /// The last field that is read of the line under way.
    private var lastField: ProcTCPField
    private var field = ProcTCPField.title
    private var value: UInt64 = 0
    private var digits = 0
    private var line = 1
    private var column = 0
    /// Of the line under way.
    private var socket = ProcTCPSocket()

    /// - Parameter readsInodes: whether the tally needs the sockets' inode numbers, which follow fields that are not
    ///   needed.
    init(_ family: AddressFamily, readsInodes: Bool = false) {
        self.family = family
        usualLastField = readsInodes ? .inode : .timerExpiry
        lastField = usualLastField
    }

    /// Reads the next chunk and adds the sockets of the lines that end in it.
    mutating func read(_ bytes: Span<UInt8>, into tally: inout ProcTCPTally) throws(ProcSyntaxError) {
        var index = 0
        while index < bytes.count {
            switch field {
            case .title:
                index = try readTitle(bytes, from: index)
            case .rest:
                index = skipToEndOfLine(bytes, from: index)
                if field == .slot {
                    tally.add(family, socket)
                }
            default:
                index = try readNumber(bytes, from: index)
            }
        }
    }

    /// Says that the file ended.
    func finish() throws(ProcSyntaxError) {
        guard field == .slot, column == 0 else {
            throw ProcSyntaxError(line: line, column: column + 1, field: field.name, fault: .endOfFile)
        }
    }

    private mutating func readTitle(_ bytes: Span<UInt8>, from start: Int) throws(ProcSyntaxError) -> Int {
        var index = start
        while index < bytes.count, column < Self.title.count {
            guard bytes[index] == Self.title[column] else {
                column += 1
                throw unexpected(bytes[index])
            }
            index += 1
            column += 1
        }
        return index < bytes.count ? skipToEndOfLine(bytes, from: index) : index
    }

    private mutating func skipToEndOfLine(_ bytes: Span<UInt8>, from start: Int) -> Int {
        guard let length = Self.lengthOfLine(bytes, from: start) else {
            column += bytes.count - start
            return bytes.count
        }
        field = .slot
        line += 1
        column = 0
        return start + length + 1
    }

    /// The number of bytes before the next newline; nil where there is none.
    private static func lengthOfLine(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let newline = unsafe memchr(base + start, CInt(UInt8(ascii: "\n")), buffer.count - start)
            return unsafe newline.map { unsafe UnsafeRawPointer($0) - (base + start) }
        }
    }

    private mutating func readNumber(_ bytes: Span<UInt8>, from start: Int) throws(ProcSyntaxError) -> Int {
        let expected = field.digits(family)
        let terminator = field.terminator
        let base: UInt8 = field.isDecimal ? 10 : 16
        var value = self.value
        var digits = self.digits
        var index = start
        defer {
            self.value = value
            self.digits = digits
            column += index - start
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            let digit = Self.hexadecimalDigit(byte)
            if digit < base, digits < expected.upperBound {
                value = value &* UInt64(base) &+ UInt64(digit)
                digits += 1
            } else if byte == terminator, digits >= expected.lowerBound {
                endField(value)
                value = 0
                digits = 0
                return index
            } else if byte != UInt8(ascii: " ") || !field.isPadded || digits > 0 {
                throw ProcSyntaxError(
                    line: line, column: column + index - start, field: field.name, fault: .unexpected(byte))
            }
        }
        return index
    }

    private mutating func endField(_ value: UInt64) {
        switch field {
        case .localPort: socket.port = value
        case .state:
            socket.state = value
            lastField = value == UInt64(TCPState.synReceived.rawValue) ? .references : usualLastField
        case .transmitQueue: socket.sendBytes = value
        case .receiveQueue: socket.receiveBytes = value
        case .timer: socket.timer = value
        case .inode: socket.inode = value
        case .references: socket.references = value
        default: break
        }
        field = field == lastField ? .rest : field.next
    }

    /// The digit's value, or 16 for any other byte. The kernel writes capital letters.
    @inline(__always)
    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8 {
        let number = byte &- UInt8(ascii: "0")
        if number < 10 { return number }
        let letter = byte &- UInt8(ascii: "A")
        return letter < 6 ? letter + 10 : 16
    }

    private func unexpected(_ byte: UInt8) -> ProcSyntaxError {
        ProcSyntaxError(line: line, column: column, field: field.name, fault: .unexpected(byte))
    }
}
