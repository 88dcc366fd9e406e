// SPDX-License-Identifier: Apache-2.0

extension MediaRange {
    /// The ranges of one `Accept` header field, in order, without those that cannot be read.
    static func ranges(in field: String) -> [MediaRange] {
        Substring(field).utf8.split(outsideQuotes: UInt8(ascii: ",")).compactMap(MediaRange.init)
    }

    /// Reads a range such as `text/plain;version=0.0.4;q=0.5`; nil where its types or its weight cannot be read.
    ///
    /// Other parameters than `version`, `escaping` and `q` do not matter, whatever they hold.
    private init?(_ element: HeaderText) {
        var parts = element.split(outsideQuotes: UInt8(ascii: ";"))[...]
        guard let types = parts.popFirst(), let slash = types.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        var version: String?
        var weight = 1000
        var offersEscaping = false
        for part in parts {
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = part[..<equals].trimmed()
            let value = part[equals...].dropFirst().trimmed()
            if name.equals("q") {
                guard let thousandths = value.weight else { return nil }
                weight = thousandths
            } else if name.equals("version") {
                guard let text = value.unquoted() else { return nil }
                version = text
            } else if name.equals("escaping") {
                offersEscaping = true
            }
        }
        self.init(
            type: types[..<slash],
            subtype: types[slash...].dropFirst(),
            version: version,
            weight: weight,
            offersEscaping: offersEscaping
        )
    }
}
