// SPDX-License-Identifier: Apache-2.0

extension MetricDescription {
    /// How the values of a family behave over time.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// A value that goes up and down.
        case gauge
        /// A count that only grows, and starts again from 0.
        ///
        /// A negative value or NaN is no count, and would make a strict reader refuse everything that is exposed with
        /// it: such a sample is left out.
        case counter
        /// Text in labels, for example a version. Each sample is exposed as 1, whatever its value.
        case info
    }
}

extension MetricDescription.Kind {
    /// What every name of this kind ends in.
    var suffix: String {
        switch self {
        case .gauge: ""
        case .counter: "_total"
        case .info: "_info"
        }
    }

    /// The value to expose for one that was measured; nil where there is none that the formats allow.
    func exposable(_ value: MetricValue) -> MetricValue? {
        switch (self, value) {
        case (.gauge, _): value
        case (.counter, .integer(let count)): count >= 0 ? value : nil
        case (.counter, .real(let count)): count >= 0 ? value : nil  // false for NaN
        case (.info, _): 1
        }
    }
}
