// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct SourceSelectorTests {
    static let broken = SourceError(.unavailable, "tcp_diag is not available")

    let netlink = ScriptedSource(.netlink)
    let proc = ScriptedSource(.proc)
    let clock = ManualClock()

    private func selector(_ sources: [ScriptedSource]? = nil) -> SourceSelector<TCPStatistics> {
        SourceSelector(sources ?? [netlink, proc], retryInterval: .seconds(30)) { [clock] in clock.now }
    }

    @Test func theBestIsTaken() throws {
        let selector = selector()
        #expect(selector.choice == nil)
        #expect(selector.kind == .netlink)
        #expect(selector.kinds == [.netlink, .proc])
        let scan = try selector.scan()
        #expect(selector.choice == SourceChoice(.netlink, isBest: true, reason: "best available"))
        #expect(scan.source == .netlink)
        #expect(scan.failedSources.isEmpty)
        #expect(proc.scans == 0)
    }

    @Test func theNextIsTakenWithTheReasonWhenTheBestNeverWorks() throws {
        netlink.fail(Self.broken)
        let selector = selector()
        let scan = try selector.scan()
        #expect(selector.choice == SourceChoice(.proc, isBest: false, reason: "tcp_diag is not available"))
        #expect(selector.kind == .proc)
        #expect(scan.failedSources == [.netlink: Self.broken])
    }

    @Test func aFailedSourceIsLeftAloneForAWhileThenTriedAgain() throws {
        let selector = selector()
        _ = try selector.scan()
        netlink.fail(SourceError(.timedOut, "no answer"))
        #expect(try selector.scan().source == .proc)
        #expect(selector.choice == SourceChoice(.proc, isBest: false, reason: "no answer"))
        #expect(netlink.scans == 2)

        clock.advance(by: .seconds(29))
        #expect(try selector.scan().failedSources.isEmpty)
        #expect(selector.choice == SourceChoice(.proc, isBest: false, reason: "no answer"))
        #expect(netlink.scans == 2)

        netlink.fail(SourceError(.incomplete, "too busy"))
        clock.advance(by: .seconds(1))
        _ = try selector.scan()
        #expect(selector.choice == SourceChoice(.proc, isBest: false, reason: "too busy"))
        #expect(netlink.scans == 3)

        netlink.fail(nil)
        clock.advance(by: .seconds(29))
        #expect(try selector.scan().source == .proc)
        clock.advance(by: .seconds(1))
        #expect(try selector.scan().source == .netlink)
        #expect(selector.choice == SourceChoice(.netlink, isBest: true, reason: "best available"))
    }

    @Test func whenTheFallbackFailsTheBestIsTriedEvenBeforeItsTime() throws {
        let selector = selector()
        netlink.fail(Self.broken)
        _ = try selector.scan()
        netlink.fail(nil)
        proc.fail(SourceError(.malformed, "line 3"))
        #expect(try selector.scan().source == .netlink)
        #expect(selector.choice == SourceChoice(.netlink, isBest: true, reason: "best available"))
    }

    /// The reason says of each better source why it is not in use, whenever it failed.
    @Test func theReasonNamesAllBetterSources() throws {
        let bpf = ScriptedSource(.bpf, failing: SourceError(.unavailable, "no BTF"))
        let selector = selector([bpf, netlink, proc])
        #expect(try selector.scan().source == .netlink)
        #expect(selector.choice?.reason == "no BTF")
        clock.advance(by: .seconds(10))
        netlink.fail(Self.broken)
        #expect(try selector.scan().source == .proc)
        #expect(bpf.scans == 1)
        #expect(selector.choice?.reason == "no BTF; tcp_diag is not available")
    }

    @Test func whenNoneWorksEachReasonIsNamed() throws {
        let missing = SourceError(.unavailable, "no procfs")
        netlink.fail(Self.broken)
        proc.fail(missing)
        let selector = selector()
        let error = #expect(throws: SourceError.self) { try selector.scan() }
        #expect(
            error?.description
                == "no source works: tcp_diag is not available; no procfs")
        #expect(error?.failedSources == [.netlink: Self.broken, .proc: missing])
        #expect(selector.choice == nil)
        proc.fail(nil)
        #expect(try selector.scan().source == .proc)
    }

    @Test func aSingleSourceIsUsedOrFailsWithItsOwnReason() throws {
        let selector = selector([proc])
        _ = try selector.scan()
        #expect(selector.choice == SourceChoice(.proc, isBest: true, reason: "requested"))
        proc.fail(Self.broken)
        #expect(throws: Self.broken) { try selector.scan() }
        #expect(netlink.scans == 0)
    }

    // MARK: Efforts

    @Test func theEffortOfSourcesThatFailedIsReported() throws {
        let bpf = ScriptedSource(.bpf, failing: Self.broken, effort: ScanEffort(repeats: 2, rereadChains: 4))
        let netlink = ScriptedSource(.netlink, effort: ScanEffort(repeats: 3))
        let scan = try selector([bpf, netlink]).scan()
        #expect(scan.effort == ScanEffort(repeats: 3))
        #expect(scan.failedSources.mapValues(\.effort) == [.bpf: ScanEffort(repeats: 2, rereadChains: 4)])
    }

    // MARK: Deadlines

    private static let late = SourceError(.deadlineExceeded, "deadline: it took too long")

    @Test func theDeadlineReachesEachSourceThatIsAsked() throws {
        netlink.fail(Self.broken)
        let deadline = clock.now.advanced(by: .seconds(9))
        _ = try selector().scan(until: deadline)
        #expect(netlink.deadlines == [deadline])
        #expect(proc.deadlines == [deadline])
    }

    @Test func aDeadlineIsNoReasonToFallBackOrToChangeTheChoice() throws {
        let selector = selector()
        _ = try selector.scan()
        netlink.fail(Self.late)
        for _ in 0..<3 {
            let error = #expect(throws: SourceError.self) { try selector.scan() }
            #expect(error?.code == .deadlineExceeded)
            #expect(error?.description == "deadline: it took too long")
            #expect(error?.failedSources == [.netlink: Self.late])
        }
        #expect(proc.scans == 0)
        #expect(netlink.scans == 4)
        #expect(selector.choice == SourceChoice(.netlink, isBest: true, reason: "best available"))
    }

    /// Its time is over when the next one is asked; that one is asked first in the next scan.
    @Test func aFailureThatLeavesNoTimeIsRememberedAndTheNextSourceComesFirst() throws {
        netlink.fail(Self.broken)
        proc.fail(Self.late)
        let selector = selector()
        let error = #expect(throws: SourceError.self) { try selector.scan() }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.description == "deadline: it took too long; tcp_diag is not available")
        #expect(selector.choice == nil)
        proc.fail(nil)
        #expect(try selector.scan().source == .proc)
        #expect(netlink.scans == 1)
        #expect(selector.choice == SourceChoice(.proc, isBest: false, reason: "tcp_diag is not available"))
    }

    /// Otherwise each scan would begin with the slow source, and end with it.
    @Test func aBetterSourceThatIsLateWhenTriedAgainIsLeftAlone() throws {
        let selector = selector()
        netlink.fail(Self.broken)
        _ = try selector.scan()
        netlink.fail(Self.late)
        clock.advance(by: .seconds(30))
        #expect(throws: SourceError.self) { try selector.scan() }
        #expect(try selector.scan().source == .proc)
        #expect(selector.choice == SourceChoice(.proc, isBest: false, reason: "tcp_diag is not available"))
        #expect(netlink.scans == 2)
        clock.advance(by: .seconds(30))
        #expect(throws: SourceError.self) { try selector.scan() }
        #expect(netlink.scans == 3)
    }

    // MARK: Preparing

    @Test func theBestIsPreparedAlone() throws {
        let selector = selector()
        try selector.prepare()
        #expect(netlink.preparations == 1)
        #expect(proc.preparations == 0)
        #expect(netlink.scans == 0)
        #expect(selector.choice == SourceChoice(.netlink, isBest: true, reason: "best available"))
    }

    @Test func whenTheBestCannotBePreparedTheNextIsAndTheReasonIsKept() throws {
        let effort = ScanEffort(rereadChains: 0)
        let bpf = ScriptedSource(.bpf, unprepared: Self.broken, effort: effort)
        let selector = selector([bpf, netlink, proc])
        try selector.prepare()
        #expect(selector.choice == SourceChoice(.netlink, isBest: false, reason: "tcp_diag is not available"))
        #expect(proc.preparations == 0)
        let scan = try selector.scan()
        #expect(scan.source == .netlink)
        #expect(scan.failedSources == [.bpf: Self.broken.with(effort)])
        #expect(bpf.scans == 0)
        #expect(selector.choice == SourceChoice(.netlink, isBest: false, reason: "tcp_diag is not available"))
        #expect(try selector.scan().failedSources.isEmpty)
        clock.advance(by: .seconds(30))
        #expect(try selector.scan().source == .bpf)
    }

    @Test func whenNoneCanBePreparedEachReasonIsNamed() {
        let sources = [ScriptedSource(.bpf, unprepared: Self.broken), ScriptedSource(.proc, unprepared: Self.broken)]
        let error = #expect(throws: SourceError.self) { try selector(sources).prepare() }
        #expect(error?.failedSources.count == 2)
        #expect(error?.code == .unavailable)
    }

    // MARK: Asynchronous code

    @Test func asynchronousCodeScansToo() async throws {
        let deadline = clock.now.advanced(by: .seconds(9))
        let selector = selector()
        #expect(try await selector.scan().source == .netlink)
        #expect(try await netlink.scan(until: deadline).source == .netlink)
        #expect(netlink.deadlines == [nil, deadline])
        netlink.fail(Self.late)
        let error = await #expect(throws: SourceError.self) { try await selector.scan(until: deadline) }
        #expect(error?.code == .deadlineExceeded)
    }
}
