// SPDX-License-Identifier: Apache-2.0

extension ArraySlice<UInt8> {
    /// Takes an integer off the front; bytes that are not there count as 0.
    mutating func takeInteger<Integer: FixedWidthInteger>(as type: Integer.Type = Integer.self) -> Integer {
        let size = Integer.bitWidth / 8
        let value = prefix(size).reversed().reduce(Integer.zero) { ($0 << 8) | Integer(truncatingIfNeeded: $1) }
        self = dropFirst(size)
        return value
    }
}

extension [UInt8] {
    func integer<Integer: FixedWidthInteger>(at offset: Int, as type: Integer.Type = Integer.self) -> Integer {
        var rest = self[offset...]
        return rest.takeInteger()
    }

    mutating func put(_ value: some FixedWidthInteger, at offset: Int) {
        for (index, byte) in [UInt8](littleEndian: value).enumerated() {
            self[offset + index] = byte
        }
    }

    init(littleEndian value: some FixedWidthInteger) {
        self = (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    /// The bytes of hexadecimal text; what follows a `#` in a line is a comment.
    init(annotatedHex text: String) {
        let bytes = text.split(separator: "\n").flatMap { line in
            line.prefix { $0 != "#" }.split(separator: " ").map { UInt8($0, radix: 16) }
        }
        precondition(bytes.allSatisfy { $0 != nil }, "not hexadecimal: \(text)")
        self = bytes.compactMap { $0 }
    }
}
