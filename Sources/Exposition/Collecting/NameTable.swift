// SPDX-License-Identifier: Apache-2.0

/// The names that the metrics of a registry have, or that a reader would take for a part of them.
struct NameTable {
    /// The metric that has, or reserves, a name.
    private var owners: [String: String] = [:]

    /// Takes the names of metrics: all of them, or none where one is taken.
    mutating func take(_ metadata: [MetricDescription]) throws(MetricError) {
        var owners = owners
        for metric in metadata {
            for name in metric.reservedNames {
                if let owner = owners[name] { throw .nameTaken(metric.name, by: owner) }
            }
            for name in metric.reservedNames { owners[name] = metric.name }
        }
        self.owners = owners
    }

    /// Takes names of which it is known that they are free.
    mutating func reserve(_ metadata: [MetricDescription]) {
        for metric in metadata {
            for name in metric.reservedNames { owners[name] = metric.name }
        }
    }

    /// Frees the names of metrics that have them.
    mutating func free(_ metadata: [MetricDescription]) {
        for name in metadata.flatMap(\.reservedNames) { owners[name] = nil }
    }
}
