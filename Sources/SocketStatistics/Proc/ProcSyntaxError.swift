// SPDX-License-Identifier: Apache-2.0

/// Where a proc file is not in the form it must have.
struct ProcSyntaxError: Error, Hashable, CustomStringConvertible {
    enum Fault: Hashable {
        case unexpected(UInt8)
        case endOfFile
    }

    /// Counted from 1.
    var line: Int
    /// Counted from 1.
    var column: Int
    var field: String
    var fault: Fault

    var description: String {
        switch fault {
        case .unexpected(let byte):
            let printable = (0x21...0x7e).contains(byte)
            let shown = printable ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
            return "line \(line), column \(column): unexpected \(shown) in field \(field)"
        case .endOfFile:
            return "line \(line), column \(column): the file ends in field \(field)"
        }
    }
}
