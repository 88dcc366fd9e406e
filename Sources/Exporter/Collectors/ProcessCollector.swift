// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// What the exporter's own process uses, under the names of the Prometheus client libraries.
enum ProcessCollector: Collector {
    private static let cpu = MetricDescription.counter(
        "process_cpu_seconds_total", unit: "seconds", help: "Total user and system CPU time spent in seconds.")
    private static let openDescriptors = MetricDescription.gauge(
        "process_open_fds", help: "Number of open file descriptors.")
    private static let descriptorLimit = MetricDescription.gauge(
        "process_max_fds", help: "Maximum number of open file descriptors.")
    private static let virtualMemory = MetricDescription.gauge(
        "process_virtual_memory_bytes", unit: "bytes", help: "Virtual memory size in bytes.")
    private static let virtualMemoryLimit = MetricDescription.gauge(
        "process_virtual_memory_max_bytes", unit: "bytes",
        help: "Maximum amount of virtual memory available in bytes.")
    private static let residentMemory = MetricDescription.gauge(
        "process_resident_memory_bytes", unit: "bytes", help: "Resident memory size in bytes.")
    private static let startTime = MetricDescription.gauge(
        "process_start_time_seconds", unit: "seconds", help: "Start time of the process since unix epoch in seconds.")

    static func families(from readings: Readings) -> [MetricFamily] {
        guard let process = readings.own?.process.value else { return [] }
        let integers: [(MetricDescription, Int?)] = [
            (openDescriptors, process.openDescriptors),
            (descriptorLimit, process.descriptorLimit),
            (virtualMemory, process.virtualMemoryBytes),
            (virtualMemoryLimit, process.virtualMemoryLimitBytes),
            (residentMemory, process.residentMemoryBytes),
        ]
        return [MetricFamily(cpu, .real(process.cpuSeconds))]
            + integers.compactMap { description, value in value.map { MetricFamily(description, .integer($0)) } }
            + [MetricFamily(startTime, .real(process.startTime))]
    }
}
