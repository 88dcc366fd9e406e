// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SystemPackage

/// What this process uses.
package struct ProcessStatistics: Sendable {
    /// Seconds of user and system time.
    package var cpuSeconds: Double
    package var virtualMemoryBytes: Int
    package var residentMemoryBytes: Int
    package var openDescriptors: Int
    /// Nil where there is no limit.
    package var descriptorLimit: Int?
    package var virtualMemoryLimitBytes: Int?
    /// Seconds since the epoch.
    package var startTime: Double

    package init(
        cpuSeconds: Double, virtualMemoryBytes: Int, residentMemoryBytes: Int, openDescriptors: Int,
        descriptorLimit: Int?, virtualMemoryLimitBytes: Int?, startTime: Double
    ) {
        self.cpuSeconds = cpuSeconds
        self.virtualMemoryBytes = virtualMemoryBytes
        self.residentMemoryBytes = residentMemoryBytes
        self.openDescriptors = openDescriptors
        self.descriptorLimit = descriptorLimit
        self.virtualMemoryLimitBytes = virtualMemoryLimitBytes
        self.startTime = startTime
    }
}

extension ProcessStatistics {
    /// Reads them from the system.
    package init() throws(Errno) {
        let memoryBytes = try Self.memoryBytes()
        self.init(
            cpuSeconds: try Self.cpuSeconds(),
            virtualMemoryBytes: memoryBytes.virtual,
            residentMemoryBytes: memoryBytes.resident,
            openDescriptors: try Self.openDescriptors(),
            descriptorLimit: try Self.limit(RLIMIT_NOFILE),
            virtualMemoryLimitBytes: try Self.limit(RLIMIT_AS),
            startTime: try Self.startTime.get()
        )
    }

    private static func cpuSeconds() throws(Errno) -> Double {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { throw Errno(rawValue: errno) }
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    private static func limit(_ resource: __rlimit_resource) throws(Errno) -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else {
            throw Errno(rawValue: errno)
        }
        // RLIM_INFINITY, which Swift does not import.
        return limit.rlim_cur == rlim_t.max ? nil : Int(clamping: limit.rlim_cur)
    }

    private static func openDescriptors() throws(Errno) -> Int {
        guard let directory = unsafe opendir("/proc/self/fd") else { throw Errno(rawValue: errno) }
        defer { unsafe closedir(directory) }
        var entries = 0
        while unsafe readdir(directory) != nil {
            entries += 1
        }
        // Without ".", ".." and the descriptor of the directory itself.
        return max(0, entries - 3)
    }

    private static func memoryBytes() throws(Errno) -> (virtual: Int, resident: Int) {
        let pages = try text(of: "/proc/self/statm").split(separator: " ").prefix(2).compactMap { Int($0) }
        guard pages.count == 2 else { throw .badMessage }
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        return (pages[0] * pageSize, pages[1] * pageSize)
    }

    // The first reading stays: later ones would move with each correction of the clock.
    private static let startTime = Result { () throws(Errno) -> Double in
        // The name in parentheses may hold anything; the 20th field after it is the start in ticks since boot.
        let fields = try text(of: "/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 19, let ticks = Double(fields[19]) else { throw .badMessage }
        let sinceStart = try seconds(CLOCK_BOOTTIME) - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        return try seconds(CLOCK_REALTIME) - sinceStart
    }

    private static func seconds(_ clock: clockid_t) throws(Errno) -> Double {
        var time = timespec()
        guard unsafe clock_gettime(clock, &time) == 0 else { throw Errno(rawValue: errno) }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func text(of path: FilePath) throws(Errno) -> String {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                try unsafe String(unsafeUninitializedCapacity: 1024) { buffer in
                    try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
        } catch {
            throw error as? Errno ?? .ioError
        }
    }
}
