// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A golden file beside the tests. `UPDATE_FIXTURES=1` makes it again from what the code produces.
struct Fixture {
    private let url: URL

    init(_ name: String) {
        url = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("Fixtures")
            .appendingPathComponent(name)
    }

    /// Fails the test where the text is not what the file holds.
    func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" {
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: url, encoding: .utf8)
        #expect(text == golden, sourceLocation: sourceLocation)
        // Strings are also equal where only the normal form of their characters differs.
        #expect(text.utf8.elementsEqual(golden.utf8), sourceLocation: sourceLocation)
    }
}
