// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import Testing

@testable import ScrapeServing

@Suite struct TurnsTests {
    /// Takes a turn that lasts half a millisecond, as often as it is to.
    private final class Connection: TakesTurns {
        let name: String
        var rest: Int
        unowned let table: Table

        init(_ name: String, turns: Int, at table: Table) {
            (self.name, self.rest, self.table) = (name, turns, table)
        }

        func takeTurn() {
            table.taken.append(name)
            table.eventLoop.advanceTime(by: .microseconds(500))
            rest -= 1
            if rest > 0 { table.turns.add(self) }
        }
    }

    private final class Table {
        let eventLoop = EmbeddedEventLoop()
        var canAsk = true
        var asked = 0
        var taken: [String] = []
        lazy var turns = Turns(eventLoop: eventLoop) {
            self.asked += 1
            return self.canAsk
        }
    }

    @Test func `turns are taken in order, for a millisecond at a time`() {
        let table = Table()
        let connections = [Connection("a", turns: 3, at: table), Connection("b", turns: 1, at: table)]
        for connection in connections { table.turns.add(connection) }
        #expect(table.asked == 1)
        #expect(table.taken.isEmpty)
        table.turns.run()
        #expect(table.taken == ["a", "b"])
        #expect(table.asked == 2)
        table.turns.run()
        #expect(table.taken == ["a", "b", "a", "a"])
        #expect(table.asked == 2)
    }

    @Test func `it is asked for again after the last turn`() {
        let table = Table()
        let connection = Connection("a", turns: 1, at: table)
        for count in 1...3 {
            table.turns.add(connection)
            #expect(table.asked == count)
            table.turns.run()
        }
        #expect(table.taken == ["a", "a", "a"])
    }

    @Test func `where it cannot be asked for it comes a little later`() {
        let table = Table()
        table.canAsk = false
        table.turns.add(Connection("a", turns: 1, at: table))
        #expect(table.taken.isEmpty)
        table.eventLoop.advanceTime(by: .milliseconds(10))
        #expect(table.taken == ["a"])
    }
}
