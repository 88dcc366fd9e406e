// SPDX-License-Identifier: Apache-2.0

extension MetricDescription {
    /// A gauge whose name is written in the program.
    ///
    /// - Precondition: `name` and `unit` satisfy ``init(_:kind:unit:help:)``.
    public static func gauge(_ name: StaticString, unit: StaticString? = nil, help: String) -> MetricDescription {
        MetricDescription(literal: name, kind: .gauge, unit: unit, help: help)
    }

    /// A counter whose name is written in the program, with its `_total`.
    ///
    /// - Precondition: `name` and `unit` satisfy ``init(_:kind:unit:help:)``.
    public static func counter(_ name: StaticString, unit: StaticString? = nil, help: String) -> MetricDescription {
        MetricDescription(literal: name, kind: .counter, unit: unit, help: help)
    }

    /// An info whose name is written in the program, with its `_info`.
    ///
    /// - Precondition: `name` satisfies ``init(_:kind:unit:help:)``.
    public static func info(_ name: StaticString, help: String) -> MetricDescription {
        MetricDescription(literal: name, kind: .info, unit: nil, help: help)
    }

    /// A histogram whose name is written in the program.
    ///
    /// - Precondition: `name` and `unit` satisfy ``init(_:kind:unit:help:)``.
    public static func histogram(_ name: StaticString, unit: StaticString? = nil, help: String) -> MetricDescription {
        MetricDescription(literal: name, kind: .histogram, unit: unit, help: help)
    }

    /// A gauge histogram whose name is written in the program.
    ///
    /// - Precondition: `name` and `unit` satisfy ``init(_:kind:unit:help:)``.
    public static func gaugeHistogram(
        _ name: StaticString, unit: StaticString? = nil, help: String
    ) -> MetricDescription {
        MetricDescription(literal: name, kind: .gaugeHistogram, unit: unit, help: help)
    }

    /// An untyped metric whose name is written in the program.
    ///
    /// - Precondition: `name` and `unit` satisfy ``init(_:kind:unit:help:)``.
    public static func untyped(_ name: StaticString, unit: StaticString? = nil, help: String) -> MetricDescription {
        MetricDescription(literal: name, kind: .untyped, unit: unit, help: help)
    }

    private init(literal name: StaticString, kind: Kind, unit: StaticString?, help: String) {
        do {
            try self.init(name.description, kind: kind, unit: unit?.description, help: help)
        } catch {
            preconditionFailure(error.description)
        }
    }
}
