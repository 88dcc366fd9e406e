// SPDX-License-Identifier: Apache-2.0

import Exposition
import Synchronization
import Testing

@Suite struct CollectorTests {
    private struct Failure: Error {}

    /// Gives one sample of the gauge of its name.
    private struct One: Collector {
        let name: String
        var parts: [Collected.Part] = []
        var fails = false
        var log: (@Sendable (String) -> Void)?

        var metadata: [MetricDescription] { [Self.description(name)] }

        static func description(_ name: String) -> MetricDescription {
            (try? MetricDescription("\(name)_value", kind: .gauge, help: "")) ?? .gauge("x", help: "")
        }

        func prepare() throws {
            log?("prepare \(name)")
            if fails { throw Failure() }
        }

        func collect(_ request: ScrapeRequest) throws -> Collected {
            log?(name)
            if fails { throw Failure() }
            return Collected([MetricFamily(Self.description(name), 1)], parts: parts)
        }
    }

    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }

        func add(_ line: String) {
            lines.withLock { $0.append(line) }
        }
    }

    private func names(_ gathered: Gathered) -> [String] {
        gathered.families.map(\.metadata.name)
    }

    @Test func outcomesHaveTheirOrder() throws {
        let registry = Registry()
        try registry.register(One(name: "process", parts: [.init("files")]), .always)
        try registry.register(One(name: "tcp", parts: [.init("listeners", error: Failure()), .init("netns")]))
        try registry.register(One(name: "quiet"), .silent)
        try registry.register(One(name: "mute", fails: true), .silent)
        try registry.register(One(name: "snmp", fails: true))
        let gathered = registry.gather()
        #expect(
            gathered.outcomes.map(\.name) == ["tcp", "snmp", "listeners", "netns", "process", "files", "mute"])
        #expect(gathered.outcomes.map { $0.error == nil } == [true, false, false, true, true, true, false])
        #expect(gathered.outcomes.map { $0.duration != nil } == [true, true, false, false, true, false, false])
        #expect(
            names(gathered) == [
                "process_value", "tcp_value", "quiet_value", "scrape_collector_duration_seconds",
                "scrape_collector_success",
            ])
        let families = gathered.families.suffix(2)
        #expect(
            families.first?.samples.map(\.labels) == [
                ["collector": "tcp"], ["collector": "snmp"], ["collector": "process"],
            ])
        #expect(families.last?.samples.map(\.value) == [1, 0, 0, 1, 1, 1, 0])
    }

    @Test func outcomesStandWhereTheyAreAsked() throws {
        let registry = Registry()
        try registry.register(One(name: "a"))
        try registry.exposeOutcomes(prefix: "socket_scrape")
        try registry.register(One(name: "b"))
        _ = try registry.gauge("scrape_collector_success", help: "Free now.")
        let gathered = registry.gather()
        #expect(
            names(gathered) == [
                "a_value", "socket_scrape_collector_duration_seconds", "socket_scrape_collector_success", "b_value",
                "scrape_collector_success",
            ])
        #expect(
            gathered.families[1].metadata.help == "How long a collector's reading took."
                && gathered.families[2].metadata.help == "Whether a collector's reading succeeded.")
        #expect(throws: MetricError.self) { try registry.exposeOutcomes(prefix: "other") }
        #expect(throws: MetricError.invalidMetricName("a b_collector_duration_seconds")) {
            try Registry().exposeOutcomes(prefix: "a b")
        }
    }

    @Test func outcomesAreOnlyThereWithCollectors() throws {
        let registry = Registry()
        _ = try registry.gauge("a", help: "")
        #expect(names(registry.gather()) == ["a"])
        #expect(throws: MetricError.self) { try registry.gauge("scrape_collector_success", help: "") }
        try registry.exposeOutcomes(prefix: "x")
        #expect(registry.gather().families.map(\.samples.count) == [1, 0, 0])
    }

    @Test func oneNameIsToldOnce() throws {
        let registry = Registry()
        try registry.register(One(name: "a", parts: [.init("b", error: Failure()), .init("a"), .init("b")]))
        try registry.register(One(name: "b"))
        let success = try #require(registry.gather().families.last)
        #expect(success.samples == [Sample(1, labels: ["collector": "a"]), Sample(0, labels: ["collector": "b"])])
    }

    @Test func selectionsConcernTheSelectable() throws {
        let registry = Registry()
        for name in ["a", "b", "c"] { try registry.register(One(name: name)) }
        try registry.register(One(name: "always"), .always)
        try registry.register(One(name: "silent"), .silent)
        try registry.register(One(name: "off"), isEnabled: false)
        let selections: [(CollectorSelection, [String])] = [
            (.all, ["a", "b", "c", "always"]), (.only(["c", "a", "off"]), ["a", "c", "always"]),
            (.except(["b", "always", "silent"]), ["a", "c", "always"]), (.only([]), ["always"]),
        ]
        for (selection, expected) in selections {
            let gathered = registry.gather(ScrapeRequest(selection: selection))
            #expect(gathered.outcomes.map(\.name) == expected)
            let shown = names(gathered).filter { $0.hasSuffix("_value") }
            #expect(shown == (expected + ["silent"]).map { "\($0)_value" })
        }
        #expect(registry.collectorNames.enabled == ["a", "b", "c"])
        #expect(registry.collectorNames.disabled == ["off"])
    }

    @Test func preparesTheEnabledInOrder() throws {
        let log = Log()
        let registry = Registry()
        try registry.register(One(name: "a", log: log.add))
        try registry.register(One(name: "off", log: log.add), isEnabled: false)
        try registry.register(One(name: "b", fails: true, log: log.add))
        try registry.register(One(name: "c", log: log.add), .silent)
        let outcomes = registry.prepare()
        #expect(log.all == ["prepare a", "prepare b", "prepare c"])
        #expect(outcomes.map(\.name) == ["a", "b", "c"])
        #expect(outcomes.map { $0.error is Failure } == [false, true, false])
        #expect(outcomes.allSatisfy { $0.duration != nil })
    }

    /// What others read is read after them: a silent collector may tell of this very scrape.
    @Test func silentOnesAndInstrumentsAreLast() throws {
        let log = Log()
        let registry = Registry()
        try registry.register(One(name: "first", log: log.add), .silent)
        let gauge = try registry.gauge("told", help: "")
        try registry.register(
            One(name: "second") {
                log.add($0)
                gauge.set(1)
            })
        #expect(registry.gather().families[1].samples == [Sample(1)])
        #expect(log.all == ["second", "first"])
    }

    @Test(arguments: ["", "1", "a b", "-a", ".a", "ä", "a\n", "a/b", "a,b", "a=b"])
    func refusesNames(name: String) {
        #expect(throws: MetricError.invalidCollectorName(name)) { try Registry().register(One(name: name)) }
    }

    @Test(arguments: ["a", "tcp.cgroups", "node-names", "a1", "_a", ":a", "A"])
    func takesNames(name: String) throws {
        let registry = Registry()
        try registry.collect([], name: name) { [] }
        #expect(registry.collectorNames.enabled == [name])
    }

    @Test func namesAreUnique() throws {
        let registry = Registry()
        try registry.register(One(name: "a"))
        try registry.register(One(name: "off"), isEnabled: false)
        try registry.register(One(name: "always"), .always)
        for name in ["a", "off", "always"] {
            for isEnabled in [true, false] {
                #expect(throws: MetricError.collectorNameTaken(name)) {
                    try registry.register(One(name: name), isEnabled: isEnabled)
                }
            }
        }
        // A family and a collector may have the same name.
        try registry.collect(.gauge("b", help: ""), name: "a_value") { [Sample(1)] }
        #expect(throws: MetricError.invalidCollectorName("")) { try registry.collect([MetricDescription]()) { [] } }
    }

    @Test func aRegistrationEnds() throws {
        let registry = Registry()
        let first = try registry.register(One(name: "a"))
        let disabled = try registry.register(One(name: "off"), isEnabled: false)
        #expect(throws: MetricError.nameTaken("a_value", by: "a_value")) { try registry.gauge("a_value", help: "") }
        _ = try registry.gauge("off_value", help: "Free: what is disabled is not exposed.")
        first.end()
        disabled.end()
        #expect(registry.gather().outcomes.isEmpty)
        #expect(registry.collectorNames.enabled.isEmpty && registry.collectorNames.disabled.isEmpty)
        let second = try registry.register(One(name: "a"))
        first.end()  // does nothing
        #expect(registry.gather().outcomes.map(\.name) == ["a"])
        second.end()
        try registry.register(One(name: "off"), isEnabled: false)
        _ = try registry.gauge("a_value", help: "")
    }

    @Test func constantLabelsAreOnEverySample() throws {
        let registry = Registry(constantLabels: ["host": "h\"", "app": "x"])
        try registry.gauge("a", labels: ["b"], help: "").labels("1").set(2)
        _ = try registry.counter("c_total", help: "")
        let info = try registry.info("d_info", ["version": "1"], help: "")
        try registry.collect(.gauge("e", help: "")) { [Sample(1), Sample(2, labels: ["b": "2"])] }
        let constant = #"host="h\"",app="x""#
        let lines = render(registry.gather().families, as: .prometheusText).split(separator: "\n").filter {
            $0.first != "#"
        }
        #expect(
            lines.prefix(5) == [
                "a{b=\"1\",\(constant)} 2", "c_total{\(constant)} 0", "d_info{version=\"1\",\(constant)} 1",
                "e{\(constant)} 1", "e{b=\"2\",\(constant)} 2",
            ])
        #expect(lines.last == "scrape_collector_success{collector=\"e\",\(constant)} 1")
        #expect(throws: MetricError.constantLabel("host", metric: "f")) {
            try registry.gauge("f", labels: ["b", "host"], help: "")
        }
        #expect(throws: MetricError.constantLabel("app", metric: "f_info")) {
            try registry.info("f_info", ["app": "y"], help: "")
        }
        info.set(["host": "other"])
        let gathered = registry.gather()
        #expect(gathered.outcomes.map(\.name) == ["e", "d_info"])
        #expect(gathered.outcomes.last?.error as? MetricError == .constantLabel("host", metric: "d_info"))
        let buckets = Registry(constantLabels: ["le": "1", "collector": "c"])
        #expect(throws: MetricError.bucketLabel(metric: "a")) { try buckets.histogram("a", help: "") }
        #expect(throws: MetricError.bucketLabel(metric: "a")) { try buckets.histogram("a", labels: ["b"], help: "") }
        try buckets.register(One(name: "a"))
        // Only the label that is the outcome's own gives way.
        #expect(buckets.gather().families.last?.samples == [Sample(1, labels: ["collector": "a", "le": "1"])])
    }

    @Test func aFailureLeavesTheOthers() throws {
        let registry = Registry()
        let fails = Atomic(true)
        let metric = MetricDescription.gauge("a", help: "")
        try registry.collect(metric) {
            if fails.load(ordering: .relaxed) { throw Failure() }
            return [Sample(1)]
        }
        _ = try registry.gauge("b", help: "")
        let failed = registry.gather()
        #expect(failed.families.first?.metadata.name == "b")
        #expect(failed.outcomes.map(\.name) == ["a"])
        #expect(failed.outcomes.first?.error is Failure)
        fails.store(false, ordering: .relaxed)
        #expect(registry.gather().families.first == MetricFamily(metric, 1))
    }
}
