// SPDX-License-Identifier: Apache-2.0

/// The format that a client's `Accept` header fields ask for, by RFC 9110, section 12.5.1.
///
/// A client that asks for nothing that is offered, or that excludes all of it, gets the Prometheus text format:
/// an exposition that it may be able to read is worth more to it than a refusal.
public struct NegotiatedFormat: Hashable, Sendable {
    /// The format to answer in.
    public let format: ExpositionFormat
    /// The value of the HTTP header field `Content-Type` to answer with.
    ///
    /// A client that offers to read escaped names is told `escaping=underscores`: names here need no other escaping.
    public let contentType: String

    /// Chooses the format with the greatest weight, then the one that is asked for first, then the text format.
    ///
    /// The weight of a format is that of the most specific range that includes it. Ranges that cannot be read are
    /// passed over.
    ///
    /// - Parameter accept: the values of all `Accept` header fields, in order.
    /// - Complexity: linear in the length of the values, which may be hostile.
    public init(accept: [String]) {
        let ranges = accept.flatMap(MediaRange.ranges(in:))
        var winner: (format: ExpositionFormat, position: Int)?
        for format in ExpositionFormat.allCases {
            guard let position = ranges.positionOfMostSpecific(for: format), ranges[position].weight > 0 else {
                continue
            }
            if let best = winner?.position, !ranges.prefers(position, to: best) { continue }
            winner = (format, position)
        }
        let format = winner?.format ?? .prometheusText
        let offersEscaping = winner.map { ranges[$0.position].offersEscaping } ?? false
        self.format = format
        self.contentType = format.contentType + (offersEscaping ? "; escaping=underscores" : "")
    }
}

extension [MediaRange] {
    /// The position of the range that decides on a format; nil where no range includes it.
    fileprivate func positionOfMostSpecific(for format: ExpositionFormat) -> Int? {
        var best: (position: Int, specificity: Int)?
        for (position, range) in enumerated() {
            guard let specificity = range.specificity(for: format) else { continue }
            if let best {
                guard specificity >= best.specificity else { continue }
                if specificity == best.specificity, !prefers(position, to: best.position) { continue }
            }
            best = (position, specificity)
        }
        return best?.position
    }

    /// Whether the client would rather have what the range at one position includes: by weight, then by order.
    fileprivate func prefers(_ position: Int, to other: Int) -> Bool {
        let (weight, otherWeight) = (self[position].weight, self[other].weight)
        return weight == otherWeight ? position < other : weight > otherWeight
    }
}
