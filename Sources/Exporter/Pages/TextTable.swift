// SPDX-License-Identifier: Apache-2.0

/// Rows of cells as text in columns: titles to the left, numbers to the right.
struct TextTable: Sendable {
    /// The first cell of each row is its title.
    var header: [String]
    var rows: [[String]]

    /// The columns, each as wide as its widest cell.
    var text: String {
        let lines = [header] + rows
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { Self.line($0, widths) + "\n" }.joined()
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        zip(cells, widths).enumerated().map { column, cell in
            let padding = String(repeating: " ", count: cell.1 - cell.0.count)
            return column == 0 ? cell.0 + padding : padding + cell.0
        }.joined(separator: "  ")
    }
}
