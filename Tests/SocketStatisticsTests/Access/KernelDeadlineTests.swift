// SPDX-License-Identifier: Apache-2.0

import CNetlink
import KernelTestSupport
import Testing

@testable import SocketStatistics

struct MonotonicClockTests {
    @Test(arguments: [
        (Duration.zero, 1 as UInt64), (.nanoseconds(-1), 1), (.seconds(-1_000_000), 1),
        (.nanoseconds(1), 1001), (.seconds(2), 2_000_001_000), (.milliseconds(1500), 1_500_001_000),
        (.seconds(Int64.max), .max), (.nanoseconds(UInt64.max - 1000), .max), (.nanoseconds(UInt64.max - 999), .max),
    ])
    func aDurationIsAdded(_ duration: Duration, _ expected: UInt64) {
        #expect(MonotonicClock.nanoseconds(after: duration, from: 1000) == expected)
    }

    @Test func noDeadlineIsNever() {
        #expect(MonotonicClock.nanoseconds(nil) == MonotonicClock.never)
    }

    @Test func aDeadlineIsATimeOfThatClock() {
        let before = MonotonicClock.now
        let time = MonotonicClock.nanoseconds(.now + .seconds(60))
        let after = MonotonicClock.now
        #expect(time >= before + 60_000_000_000 - (after - before) && time <= after + 60_000_000_000)
    }

    @Test func aDeadlineThatHasPassedIsBeforeNow() {
        let time = MonotonicClock.nanoseconds(.now - .nanoseconds(1))
        #expect(time != MonotonicClock.never && time < MonotonicClock.now)
    }
}

struct NetlinkDeadlineTests {
    private static let passed = ContinuousClock.now - .seconds(1)

    @Test func eachQuestionEndsAtADeadlineThatHasPassed() throws {
        var conversation = NetlinkConversation(wantsBoundInactive: true)
        let filter = try ScanFilter(.all)
        func isDeadline(_ ask: (inout NetlinkConversation) throws -> Void) -> Bool {
            do {
                try ask(&conversation)
                return false
            } catch {
                guard let failure = error as? NetlinkSocket.Failure else { return false }
                return failure.reason == CNL_DEADLINE && failure.sourceError.code == .deadlineExceeded
            }
        }
        #expect(isDeadline { _ = try $0.ask(filter, until: Self.passed) })
        #expect(isDeadline { _ = try $0.askForMember(filter, until: Self.passed) })
        #expect(isDeadline { _ = try $0.askForListeners(until: Self.passed) })
        #expect(isDeadline { _ = try $0.askForBoundInactive(until: Self.passed) })
        #expect(conversation.repeats == 0)
    }

    @Test func theNextQuestionIsAnswered() throws {
        let listener = try TestSocket.listener()
        var conversation = NetlinkConversation()
        let filter = try ScanFilter(.all)
        #expect(throws: NetlinkSocket.Failure.self) { _ = try conversation.ask(filter, until: Self.passed) }
        let answer = try conversation.ask(filter, until: .now + .seconds(600))
        #expect(!answer.listening.isEmpty)
        #expect(!(try conversation.ask(filter).listening.isEmpty))
        extendLifetime(listener)
    }
}

@Suite(.enabled(if: Privilege.runsRootTests, "needs root to load a BPF program"))
struct WalkDeadlineTests {
    private static func limits(_ deadline: ContinuousClock.Instant?, latestEnd: UInt64 = 0) -> SocketWalker.Limits {
        SocketWalker.Limits(deadline: deadline, latestEnd: latestEnd, foreignNanoseconds: 0)
    }

    private static func errorCode(
        _ loader: inout SocketWalkLoader, _ limits: SocketWalker.Limits
    ) -> SourceError.Code? {
        do {
            _ = try loader.walk { walker throws(SocketWalker.Failure) in
                try walker.walk([], limits, preferring: [], ephemeralPorts: nil) { [] }
            }
            return nil
        } catch {
            return error.sourceError.code
        }
    }

    @Test func aWalkEndsAtItsDeadlineAndAtItsOwnLimit() throws {
        var loader = SocketWalkLoader()
        try loader.prepare()
        try loader.prepare()
        #expect(Self.errorCode(&loader, Self.limits(.now - .seconds(1))) == .deadlineExceeded)
        #expect(Self.errorCode(&loader, Self.limits(nil, latestEnd: 1)) == .timedOut)
        #expect(Self.errorCode(&loader, Self.limits(.now + .seconds(600), latestEnd: .max)) == nil)
        #expect(Self.errorCode(&loader, Self.limits(nil)) == nil)
    }
}
