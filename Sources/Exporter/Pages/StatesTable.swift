// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// TCP sockets by state and family with totals, as rows of cells for people to read.
struct StatesTable: Sendable {
    /// The first cell of each row is its title.
    var header: [String]
    var rows: [[String]]
    var totals: [String]

    init(_ statistics: TCPStatistics) {
        let families = AddressFamily.allCases
        header = ["state"] + families.map(\.name) + ["total"]
        rows = TCPState.allCases.compactMap { state in
            statistics[state].map { total in
                [state.name] + families.map { Self.cell(statistics[$0, state]) } + ["\(total)"]
            }
        }
        let familyTotals = families.map { family in
            TCPState.allCases.compactMap { statistics[family, $0] }.reduce(0, +)
        }
        totals = ["total"] + familyTotals.map { "\($0)" } + ["\(statistics.total)"]
    }

    private static func cell(_ count: UInt64?) -> String {
        count.map { "\($0)" } ?? ""
    }
}

extension StatesTable {
    /// The table in columns.
    var text: String { TextTable(header: header, rows: rows + [totals]).text }
}
