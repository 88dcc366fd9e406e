// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A file of expected output in the folder `Fixtures` of a test target.
///
/// `UPDATE_FIXTURES=1 make test` makes it again from what the code produces; nobody edits it by hand.
public struct GoldenFile {
    private let url: URL

    /// - Parameter source: a file of the test target.
    public init(_ name: String, source: String = #filePath) {
        let target = sequence(first: URL(fileURLWithPath: source)) {
            $0.path == "/" ? nil : $0.deletingLastPathComponent()
        }
        .dropFirst()
        .first { FileManager.default.fileExists(atPath: $0.appendingPathComponent("Fixtures").path) }
        url = (target ?? URL(fileURLWithPath: "/")).appendingPathComponent("Fixtures").appendingPathComponent(name)
    }

    /// Fails the test where the text is not what the file holds, to the byte.
    public func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" {
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: url, encoding: .utf8)
        #expect(text == golden, sourceLocation: sourceLocation)
        // Strings are also equal where only the normal form of their characters differs.
        #expect(text.utf8.elementsEqual(golden.utf8), sourceLocation: sourceLocation)
    }
}
