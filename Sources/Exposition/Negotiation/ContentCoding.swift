// SPDX-License-Identifier: Apache-2.0

/// How the body of an answer is coded for the transfer.
package enum ContentCoding: Hashable, Sendable {
    /// As it is.
    case identity
    /// Compressed by gzip.
    case gzip
}

extension ContentCoding {
    /// Chooses the coding that a client's `Accept-Encoding` header fields ask for, by RFC 9110, section 12.5.3.
    ///
    /// The weight of a coding is the one given for its name, else the one given for `*`, else 0. gzip is chosen if its
    /// weight is not 0 and at least that of identity. A client that excludes both gets identity: an answer that it may
    /// be able to read is worth more to it than a refusal.
    ///
    /// - Parameter acceptEncoding: the values of all `Accept-Encoding` header fields, in order.
    /// - Complexity: linear in the length of the values, which may be hostile.
    package init(acceptEncoding: [String]) {
        var gzip: Int?
        var identity: Int?
        var any: Int?
        for element in acceptEncoding.flatMap({ Substring($0).utf8.split(outsideQuotes: UInt8(ascii: ",")) }) {
            guard let (name, weight) = Self.weighted(element) else { continue }
            if name.equals("gzip") || name.equals("x-gzip") {
                gzip = max(gzip ?? 0, weight)
            } else if name.equals("identity") {
                identity = max(identity ?? 0, weight)
            } else if name.equals("*") {
                any = max(any ?? 0, weight)
            }
        }
        let gzipWeight = gzip ?? any ?? 0
        let identityWeight = identity ?? any ?? 0
        self = gzipWeight > 0 && gzipWeight >= identityWeight ? .gzip : .identity
    }

    /// The name of a coding and its weight in thousandths; nil where the weight cannot be read.
    private static func weighted(_ element: HeaderText) -> (name: HeaderText, weight: Int)? {
        var parts = element.split(outsideQuotes: UInt8(ascii: ";"))[...]
        guard let name = parts.popFirst() else { return nil }
        var weight = 1000
        for part in parts {
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            guard part[..<equals].trimmed().equals("q") else { continue }
            guard let thousandths = part[equals...].dropFirst().trimmed().weight else { return nil }
            weight = thousandths
        }
        return (name, weight)
    }
}
