// SPDX-License-Identifier: Apache-2.0

public import Exposition

/// What this process uses, under the names of the Prometheus client libraries: `process_cpu_seconds_total` and others.
///
///     try registry.register(ProcessCollector())
public struct ProcessCollector: Collector {
    /// `process`.
    public var name: String { "process" }

    private let read: @Sendable () throws -> ProcessStatistics

    /// Creates a collector of this process.
    public init() {
        self.init { try ProcessStatistics() }
    }

    package init(_ read: @escaping @Sendable () throws -> ProcessStatistics) {
        self.read = read
    }

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

    /// The families that a process may have.
    public var metadata: [MetricDescription] {
        [
            Self.cpu, Self.openDescriptors, Self.descriptorLimit, Self.virtualMemory, Self.virtualMemoryLimit,
            Self.residentMemory, Self.startTime,
        ]
    }

    /// Reads `/proc/self` and the limits of the process. A limit that there is not has no family.
    public func collect(_ request: ScrapeRequest) throws -> Collected {
        let process = try read()
        let integers: [(MetricDescription, Int?)] = [
            (Self.openDescriptors, process.openDescriptors),
            (Self.descriptorLimit, process.descriptorLimit),
            (Self.virtualMemory, process.virtualMemoryBytes),
            (Self.virtualMemoryLimit, process.virtualMemoryLimitBytes),
            (Self.residentMemory, process.residentMemoryBytes),
        ]
        return Collected(
            [MetricFamily(Self.cpu, .real(process.cpuSeconds))]
                + integers.compactMap { description, value in value.map { MetricFamily(description, .integer($0)) } }
                + [MetricFamily(Self.startTime, .real(process.startTime))])
    }
}
