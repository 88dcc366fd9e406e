// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct SourceSelectorTests {
    static let broken = SourceError(.unavailable, "tcp_diag is not available")

    let netlink = ScriptedSource(.netlink)
    let proc = ScriptedSource(.proc)
    let clock = ManualClock()

    private func selector(_ sources: [any TCPStatisticsSource]? = nil) -> SourceSelector {
        SourceSelector(sources ?? [netlink, proc], retryInterval: .seconds(30)) { [clock] in clock.now }
    }

    @Test func theBestIsTakenAndSaidOnce() throws {
        let selector = selector()
        let first = try selector.scan()
        #expect(first.choice == SourceChoice(.netlink, isBest: true, reason: "best available"))
        #expect(first.isNewChoice)
        #expect(first.scan.source == .netlink)
        #expect(try !selector.scan().isNewChoice)
        #expect(proc.scans == 0)
    }

    @Test func theNextIsTakenWithTheReasonWhenTheBestNeverWorks() throws {
        netlink.fail(Self.broken)
        let result = try selector().scan()
        #expect(result.choice == SourceChoice(.proc, isBest: false, reason: "tcp_diag is not available"))
        #expect(result.isNewChoice)
    }

    @Test func aFailedSourceIsLeftAloneForAWhileThenTriedAgainAndTheChangeSaidOnce() throws {
        let selector = selector()
        _ = try selector.scan()
        netlink.fail(SourceError(.timedOut, "no answer"))
        let fallen = try selector.scan()
        #expect(fallen.choice == SourceChoice(.proc, isBest: false, reason: "no answer"))
        #expect(fallen.isNewChoice)
        #expect(netlink.scans == 2)

        clock.advance(by: .seconds(29))
        #expect(try !selector.scan().isNewChoice)
        #expect(netlink.scans == 2)

        netlink.fail(SourceError(.incomplete, "too busy"))
        clock.advance(by: .seconds(1))
        let stillFallen = try selector.scan()
        #expect(stillFallen.choice == SourceChoice(.proc, isBest: false, reason: "too busy"))
        #expect(!stillFallen.isNewChoice)
        #expect(netlink.scans == 3)

        netlink.fail(nil)
        clock.advance(by: .seconds(29))
        #expect(try selector.scan().choice.source == .proc)
        clock.advance(by: .seconds(1))
        let back = try selector.scan()
        #expect(back.choice == SourceChoice(.netlink, isBest: true, reason: "best available"))
        #expect(back.isNewChoice)
    }

    @Test func whenTheFallbackFailsTheBestIsTriedEvenBeforeItsTime() throws {
        let selector = selector()
        netlink.fail(Self.broken)
        _ = try selector.scan()
        netlink.fail(nil)
        proc.fail(SourceError(.malformed, "line 3"))
        let result = try selector.scan()
        #expect(result.choice.source == .netlink)
        #expect(result.isNewChoice)
    }

    @Test func whenNoneWorksEachReasonIsNamed() throws {
        netlink.fail(Self.broken)
        proc.fail(SourceError(.unavailable, "no procfs"))
        let selector = selector()
        let error = #expect(throws: SourceError.self) { try selector.scan() }
        #expect(
            error?.description
                == "no source of TCP statistics works: tcp_diag is not available; no procfs")
        proc.fail(nil)
        #expect(try selector.scan().choice.source == .proc)
    }

    @Test func aSingleSourceIsUsedOrFailsWithItsOwnReason() throws {
        let selector = selector([proc])
        #expect(try selector.scan().choice == SourceChoice(.proc, isBest: true, reason: "requested"))
        proc.fail(Self.broken)
        #expect(throws: Self.broken) { try selector.scan() }
        #expect(netlink.scans == 0)
    }

    @Test func repeatsAreToldForEachSourceAndRereadChainsWhereThereAreAny() {
        let sources = [ScriptedSource(.bpf, rereadChains: 4), ScriptedSource(.netlink, repeats: 3)]
        #expect(selector(sources).repeats == [.bpf: 0, .netlink: 3])
        #expect(selector(sources).rereadChains == [.bpf: 4])
    }
}
