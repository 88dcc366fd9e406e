// SPDX-License-Identifier: Apache-2.0

import Exposition
import Logging
import Testing

@testable import ScrapeServing

@Suite struct FailureLogTests {
    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private func ended(
        _ errors: KeyValuePairs<String, String?>, _ duration: Duration = .milliseconds(5), isCutShort: Bool = false,
        isCancelled: Bool = false
    ) -> ScrapeWorker.Ended {
        let outcomes = errors.map { CollectorOutcome($0, error: $1.map(Failure.init)) }
        return ScrapeWorker.Ended(
            gathered: Gathered(families: [], outcomes: outcomes), duration: duration, isCutShort: isCutShort,
            isCancelled: isCancelled)
    }

    private let lines = LogLines()
    private let log: FailureLog

    init() {
        log = FailureLog(Logger(label: "test") { [lines] _ in lines })
    }

    @Test func `the begin of a failure and its end are logged, and no other reason between`() {
        log.note(ended(["tcp": nil, "udp": nil]))
        #expect(lines.all.isEmpty)
        log.note(ended(["tcp": "a", "udp": nil]))
        log.note(ended(["tcp": "b", "udp": nil]))
        log.note(ended(["tcp": "a", "udp": nil]))
        log.note(ended(["udp": nil]))
        #expect(lines.all == ["error: Collector failed tcp a"])
        log.note(ended(["tcp": nil, "udp": "c"]))
        log.note(ended(["tcp": nil, "udp": "c"]))
        #expect(lines.all.dropFirst() == ["info: Collector works again tcp", "error: Collector failed udp c"])
    }

    @Test func `clients that hardly wait do not make a collector fail`() {
        log.note(ended(["tcp": "deadline"], .milliseconds(999), isCutShort: true))
        log.note(ended(["tcp": "deadline"], .milliseconds(999), isCancelled: true))
        #expect(lines.all.isEmpty)
        log.note(ended(["tcp": "deadline"], .seconds(1), isCutShort: true))
        #expect(lines.all == ["error: Collector failed tcp deadline"])
        // Success is success.
        log.note(ended(["tcp": nil], isCutShort: true))
        #expect(lines.all.count == 2)
        log.note(ended(["udp": "gone"], .seconds(20), isCancelled: true))
        #expect(lines.all.last == "error: Collector failed udp gone")
    }

    @Test func `a collector that did not finish while a client waited is logged with the time`() {
        let outcome = CollectorOutcome("tcp", error: CancellationError())
        log.note(
            ScrapeWorker.Ended(
                gathered: Gathered(families: [], outcomes: [outcome]), duration: .seconds(12), isCutShort: false,
                isCancelled: true))
        #expect(
            lines.all == [
                "error: Collector failed tcp it had not finished after 12.0 seconds, when the last client left"
            ])
    }

    @Test func `many failures in a row mean something, however short the time was`() {
        for _ in 0..<9 { log.note(ended(["tcp": "deadline"], isCutShort: true)) }
        #expect(lines.all.isEmpty)
        log.note(ended(["tcp": "deadline"], isCutShort: true))
        log.note(ended(["tcp": "deadline"], isCutShort: true))
        #expect(lines.all == ["error: Collector failed tcp deadline"])
    }

    @Test func `a collector that fails now and then is told once a minute`() {
        var failing = FailingCollectors()
        let start = ContinuousClock.now
        let (good, bad) = ([CollectorOutcome("tcp")], [CollectorOutcome("tcp", error: Failure(description: "a"))])
        var told = 0
        for second in 0..<180 {
            told += failing.note(bad, at: start + .seconds(second)).count
            told += failing.note(good, at: start + .seconds(second)).count
        }
        #expect(told == 6)
        // One that goes on failing is told when the minute is over.
        #expect(failing.note(bad, at: start + .seconds(180)).count == 1)
        #expect(failing.note(good, at: start + .seconds(181)).count == 1)
        #expect(failing.note(bad, at: start + .seconds(182)).isEmpty)
        #expect(failing.note(bad, at: start + .seconds(240)).count == 1)
    }

    @Test func `two outcomes of one name are one`() {
        log.note(ended(["listeners": nil, "tcp": nil, "listeners": "a"]))
        log.note(ended(["listeners": "a", "tcp": nil, "listeners": nil]))
        #expect(lines.all == ["error: Collector failed listeners a"])
    }
}
