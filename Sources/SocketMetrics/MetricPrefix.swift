// SPDX-License-Identifier: Apache-2.0

public import Exposition

/// What the names of metrics begin with, in the place of `socket`.
///
/// With a prefix of its own, a scan of some of the sockets can stand beside one of all in a registry: the names differ,
/// so that no `sum()` counts a socket twice.
public struct MetricPrefix: Sendable, Hashable, CustomStringConvertible {
    /// `socket`, as in `socket_tcp_connections`.
    public static let socket = MetricPrefix(valid: standard)

    private static let standard = "socket"

    /// The prefix without the underscore that follows it.
    public let description: String

    /// Creates a prefix that is not known before the program runs.
    ///
    /// - Throws: `MetricError` where a name cannot begin with it.
    public init(_ text: String) throws(MetricError) {
        _ = try MetricDescription(text, kind: .gauge, help: "")
        self.init(valid: text)
    }

    private init(valid text: String) {
        description = text
    }

    /// A description, with this prefix in the place of `socket`.
    func applied(to metadata: MetricDescription) -> MetricDescription {
        guard description != Self.standard, metadata.name.hasPrefix(Self.standard) else { return metadata }
        let name = description + metadata.name.dropFirst(Self.standard.count)
        // What a valid name begins with was checked, and the end stays as it is.
        let renamed = try? MetricDescription(
            name, kind: metadata.kind, unit: metadata.unit, help: metadata.help)
        return renamed ?? metadata
    }

    func applied(to families: [MetricFamily]) -> [MetricFamily] {
        guard description != Self.standard else { return families }
        return families.map { MetricFamily(applied(to: $0.metadata), samples: $0.samples) }
    }
}

extension MetricPrefix: ExpressibleByStringLiteral {
    /// Creates a prefix that is written in the program.
    ///
    /// - Precondition: A name can begin with it, see ``init(_:)``.
    public init(stringLiteral text: StaticString) {
        do {
            try self.init(text.description)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
