// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import SocketStatistics

struct CheckedSourceTests {
    private static let refusal = SourceError(.unavailable, "counts something else")

    @Test func aCheckThatPassesChangesNothing() throws {
        let source = ScriptedSource(.proc, unprepared: SourceError(.malformed, "unprepared"))
        let checked = CheckedSource(source) {}
        #expect(checked.kind == .proc)
        #expect(throws: SourceError(.malformed, "unprepared")) { try checked.prepare() }
        let deadline = ContinuousClock.now.advanced(by: .seconds(3))
        #expect(try checked.scan(until: deadline).source == .proc)
        #expect(source.deadlines == [deadline])
        source.fail(SourceError(.malformed, "line 1"))
        #expect(throws: SourceError(.malformed, "line 1")) { try checked.scan() }
    }

    @Test func whereItFailsTheSourceIsNotAsked() {
        let source = ScriptedSource(.netlink)
        let checked = CheckedSource(source) { () throws(SourceError) in throw Self.refusal }
        #expect(throws: Self.refusal) { try checked.prepare() }
        #expect(throws: Self.refusal) { try checked.scan() }
        #expect(source.preparations == 0 && source.scans == 0)
    }

    @Test func eachScanIsChecked() throws {
        let source = ScriptedSource(.netlink)
        let fails = Mutex(true)
        let checked = CheckedSource(source) { () throws(SourceError) in
            if fails.withLock({ $0 }) { throw Self.refusal }
        }
        #expect(throws: Self.refusal) { try checked.scan() }
        fails.withLock { $0 = false }
        #expect(try checked.scan().source == .netlink)
        fails.withLock { $0 = true }
        #expect(throws: Self.refusal) { try checked.scan() }
        #expect(source.scans == 1)
    }
}
