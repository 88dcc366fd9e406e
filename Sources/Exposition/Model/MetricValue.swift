// SPDX-License-Identifier: Apache-2.0

/// The value of a sample. Both formats read a number of either case as a 64-bit floating-point number.
@nonexhaustive
public enum MetricValue: Hashable, Sendable {
    /// A whole number, written exactly.
    case integer(Int)
    /// Any other number, an infinity, or NaN.
    case real(Double)
    /// What a histogram has observed: the value of a sample of a histogram, and of no other.
    case histogram(HistogramValue)

    /// Takes a whole number of any width; one outside of `Int` becomes the nearest ``real(_:)``.
    @inlinable
    public init(_ value: some BinaryInteger) {
        self = Int(exactly: value).map(MetricValue.integer) ?? .real(Double(value))
    }

    /// Takes any number, as a whole one where it is.
    public init(_ value: Double) {
        self = Int(exactly: value).map(MetricValue.integer) ?? .real(value)
    }
}

extension MetricValue: ExpressibleByIntegerLiteral {
    /// Creates an ``integer(_:)`` of a literal such as `3`.
    public init(integerLiteral value: Int) {
        self = .integer(value)
    }
}

extension MetricValue: ExpressibleByFloatLiteral {
    /// Creates a ``real(_:)`` of a literal such as `0.5`.
    public init(floatLiteral value: Double) {
        self = .real(value)
    }
}
