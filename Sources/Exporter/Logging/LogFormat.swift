// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// How a line of the log is written.
enum LogFormat: String, CaseIterable, Sendable {
    case logfmt
    case json

    /// One line without its newline: the pairs in the order given.
    func line(_ pairs: [(key: String, value: String)]) -> String {
        switch self {
        case .logfmt:
            pairs.map { "\($0.key)=\(Self.logfmtValue($0.value))" }.joined(separator: " ")
        case .json:
            "{" + pairs.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }.joined(separator: ",") + "}"
        }
    }

    private static func logfmtValue(_ value: String) -> String {
        let isPlain =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy { scalar in
                scalar.value > 0x20 && scalar != "\"" && scalar != "=" && scalar != "\\" && scalar.value != 0x7f
            }
        return isPlain ? value : quoted(value)
    }

    /// A JSON string, which logfmt's readers understand too.
    private static func quoted(_ value: String) -> String {
        value.unicodeScalars.reduce(into: "\"") { result, scalar in
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        } + "\""
    }
}
