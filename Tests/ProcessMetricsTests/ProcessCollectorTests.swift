// SPDX-License-Identifier: Apache-2.0

import Exposition
import Glibc
import Testing

@testable import ProcessMetrics

struct ProcessCollectorTests {
    private func values(_ families: [MetricFamily]) -> [String: MetricValue] {
        Dictionary(
            uniqueKeysWithValues: families.compactMap { family in
                family.samples.first.map { (family.metadata.name, $0.value) }
            })
    }

    @Test func everyValueHasItsFamily() throws {
        let process = ProcessStatistics(
            cpuSeconds: 1.5, virtualMemoryBytes: 2, residentMemoryBytes: 3, openDescriptors: 4, descriptorLimit: 5,
            virtualMemoryLimitBytes: 6, startTime: 7.25)
        let families = try ProcessCollector { process }.collect(ScrapeRequest()).families
        #expect(
            values(families) == [
                "process_cpu_seconds_total": 1.5, "process_virtual_memory_bytes": 2, "process_resident_memory_bytes": 3,
                "process_open_fds": 4, "process_max_fds": 5, "process_virtual_memory_max_bytes": 6,
                "process_start_time_seconds": 7.25,
            ])
    }

    @Test func aLimitThatThereIsNotHasNoFamily() throws {
        let process = ProcessStatistics(
            cpuSeconds: 0, virtualMemoryBytes: 0, residentMemoryBytes: 0, openDescriptors: 0, descriptorLimit: nil,
            virtualMemoryLimitBytes: nil, startTime: 0)
        let families = try ProcessCollector { process }.collect(ScrapeRequest()).families
        #expect(values(families)["process_max_fds"] == nil)
        #expect(values(families)["process_virtual_memory_max_bytes"] == nil)
        #expect(families.count == 5)
    }

    @Test func theNumbersAreThoseOfThisProcess() throws {
        // In the place of the file that the reader opens for the list itself.
        let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        let before = try ProcessStatistics()
        let more = (0..<10).map { _ in open("/dev/null", O_RDONLY | O_CLOEXEC) }
        defer { for descriptor in more { close(descriptor) } }
        let after = try ProcessStatistics()
        // Other tests open and close files meanwhile.
        #expect(before.openDescriptors >= 4)
        #expect(after.openDescriptors >= 14)
        #expect(after.cpuSeconds >= before.cpuSeconds)
        #expect(before.residentMemoryBytes > 1_000_000 && before.residentMemoryBytes < before.virtualMemoryBytes)
        #expect(before.startTime == after.startTime && before.startTime < Double(time(nil)) + 1)
    }

    @Test func theFamiliesAreDeclared() throws {
        let collector = ProcessCollector()
        let declared = Set(collector.metadata.map(\.name))
        #expect(Set(try collector.collect(ScrapeRequest()).families.map(\.metadata.name)).isSubset(of: declared))
        let registry = Registry()
        try registry.register(collector)
        #expect(registry.collectorNames.enabled == ["process"])
    }
}
