// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import SystemPackage
import Testing

@testable import SocketStatistics

struct ScanDeadlineTests {
    @Test func withoutADeadlineThereIsAlwaysTime() throws {
        #expect(Deadline.none.remaining == nil)
        #expect(!Deadline.none.hasPassed)
        try Deadline.none.check("nothing")
    }

    @Test func whatIsLeftIsNeverNegative() {
        let clock = ManualClock()
        let deadline = Deadline(clock.now.advanced(by: .seconds(2))) { clock.now }
        #expect(deadline.remaining == .seconds(2))
        #expect(!deadline.hasPassed)
        clock.advance(by: .seconds(2))
        #expect(deadline.remaining == .zero)
        clock.advance(by: .seconds(2))
        #expect(deadline.remaining == .zero)
        #expect(deadline.hasPassed)
        let error = #expect(throws: SourceError.self) { try deadline.check("3 files were not read") }
        #expect(error == SourceError(.deadlineExceeded, "deadline: 3 files were not read"))
    }

    // MARK: The proc files

    /// A directory that plays procfs, with files that take several reads.
    private static func directory() throws -> ProcDirectory {
        let procfs = try ProcDirectory()
        let text = (0..<3000).map { ProcText.line(slot: $0, state: "06") }.joined()
        try procfs.write("tcp", ProcText.title + text)
        try procfs.write("tcp6", ProcText.title6)
        return procfs
    }

    /// The deadline is looked at before each read, and once before all: a clock that moves by a second each time tells
    /// when.
    @Test(arguments: [(1, "procfs"), (2, "net/tcp"), (4, "net/tcp"), (1000, nil)] as [(Int, String?)])
    func procLooksBetweenReads(_ looks: Int, _ place: String?) throws {
        let procfs = try Self.directory()
        let clock = ManualClock(step: .seconds(1))
        let source = ProcSource(procfs: procfs.path, now: { clock.now })
        let result = Result { try source.scan(until: clock.now.advanced(by: .seconds(looks))) }
        guard let place else {
            #expect(try result.get().statistics[.timeWait] == 3000)
            return
        }
        let error = #expect(throws: SourceError.self) { try result.get() }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.description.hasPrefix("deadline: ") == true)
        #expect(error?.description.contains(place) == true)
        // The next scan begins again.
        #expect(try source.scan().statistics[.timeWait] == 3000)
    }
}

/// Real sources with real sockets: a deadline in the past, and one far away.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct SourceDeadlineTests {
    private static let sources: [@Sendable () -> any StatisticsSource<TCPStatistics>] = [
        { NetlinkSource() }, { NetlinkSource(.allNamespaces) }, { NetlinkSource(.boundInactive) },
        { ProcSource(procfs: "/proc/thread-self") }, { ProcSource(procfs: "/proc/thread-self", counting: .process) },
        { NetlinkSource(counting: .process) },
    ]
    private static let walks: [@Sendable () -> any StatisticsSource<TCPStatistics>] = [
        { BPFSource() }, { BPFSource([.allNamespaces, .boundInactive, .queues]) },
    ]

    @Test(arguments: 0..<(sources.count + (Privilege.runsBPFTests ? walks.count : 0)))
    func aDeadlineInThePastFailsAtOnceAndOneFarAwayDoesNot(_ index: Int) throws {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.halfClosed()
            let source = (Self.sources + Self.walks)[index]()
            let now = ContinuousClock.now
            for past in [now, now.advanced(by: .seconds(-3600))] {
                let error = #expect(throws: SourceError.self) { try source.scan(until: past) }
                #expect(error?.code == .deadlineExceeded)
                #expect(error?.description.hasPrefix("deadline") == true)
                #expect(error?.effort.repeats == 0)
            }
            for seconds in [3600, 1 << 40] {
                let scan = try source.scan(until: now.advanced(by: .seconds(seconds)))
                #expect(scan.statistics[.ipv4, .closeWait] == 1)
            }
            withExtendedLifetime(population) {}
        }
    }

    /// Two of three namespaces are not asked: the clock moves by an hour with each look.
    @Test func namespacesThatWereNotAskedInTimeAreAPartThatFailed() throws {
        let members = try (0..<3).map { _ in try TestThread.inNetworkNamespace { try NamespaceMember() } }
        var namespaces = try NetworkNamespaces()
        let inodes = Set(members.map(\.inode))
        namespaces.others = namespaces.others.filter { inodes.contains($0.key) }
        let clock = ManualClock(step: .seconds(3600))
        let deadline = Deadline(clock.now.advanced(by: .seconds(2 * 3600))) { clock.now }
        let dumps = NamespaceDumps(namespaces, .all, until: deadline)
        withExtendedLifetime(members) {}
        #expect(dumps.failure?.code == .deadlineExceeded)
        #expect(dumps.failure?.description == "deadline: 2 of 3 other network namespaces were not asked")
        #expect(dumps.members.count <= 1)
    }
}
