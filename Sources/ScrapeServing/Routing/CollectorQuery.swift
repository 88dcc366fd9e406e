// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// Which collectors a query selects: `collect[]=NAME` and `exclude[]=NAME`, each as often as wanted.
///
/// The rules are node_exporter's.
struct CollectorQuery: Hashable, Sendable {
    /// Why a query is refused, as the client is told.
    enum Refusal: Error, Hashable, CustomStringConvertible {
        case combined
        case missing(String)
        case disabled(String)

        var description: String {
            switch self {
            case .combined: "Combined collect and exclude queries are not allowed."
            case .missing(let name): "missing collector: \(name)"
            case .disabled(let name): "disabled collector: \(name)"
            }
        }
    }

    let collected: [String]
    let excluded: [String]

    /// Reads a query, the part of a URL after `?`.
    init(_ query: Substring) {
        let pairs = Self.pairs(query)
        collected = pairs.filter { $0.key == "collect[]" }.map(\.value)
        excluded = pairs.filter { $0.key == "exclude[]" }.map(\.value)
    }

    /// The selection, where the names permit it. Asks for them only where they matter.
    func selection(from names: () -> Registry.CollectorNames) throws(Refusal) -> CollectorSelection {
        guard collected.isEmpty || excluded.isEmpty else { throw .combined }
        guard !collected.isEmpty || !excluded.isEmpty else { return .all }
        let names = names()
        for name in collected where !names.enabled.contains(name) {
            throw names.disabled.contains(name) ? .disabled(name) : .missing(name)
        }
        // Only names that there are, so that equal selections are equal.
        return collected.isEmpty ? .except(Set(excluded).intersection(names.enabled)) : .only(Set(collected))
    }

    /// The pairs of a query as Go's `url.ParseQuery` reads them: one with a `;` or a malformed escape is skipped.
    private static func pairs(_ query: Substring) -> [(key: String, value: String)] {
        query.split(separator: "&").compactMap { pair in
            guard !pair.utf8.contains(UInt8(ascii: ";")) else { return nil }
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = unescaped(parts[0]), let value = unescaped(parts.count > 1 ? parts[1] : "") else {
                return nil
            }
            return (key, value)
        }
    }

    /// A text with `+` for spaces and `%` with two hexadecimal digits for bytes; nil where the digits are missing.
    private static func unescaped(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexadecimalDigit, let low = rest.popFirst()?.hexadecimalDigit
                else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
