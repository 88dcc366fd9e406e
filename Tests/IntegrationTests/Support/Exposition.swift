// SPDX-License-Identifier: Apache-2.0

/// The samples of an exposition in the Prometheus text format, by their name and labels as written.
struct Exposition {
    private(set) var samples: [Substring: Double] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            samples[line[..<space]] = Double(line[line.index(after: space)...])
        }
    }

    subscript(_ series: String) -> Double? {
        samples[Substring(series)]
    }

    /// The value of `socket_tcp_connections`.
    subscript(_ family: String, _ state: String) -> Double? {
        self["socket_tcp_connections{family=\"\(family)\",state=\"\(state)\"}"]
    }
}
