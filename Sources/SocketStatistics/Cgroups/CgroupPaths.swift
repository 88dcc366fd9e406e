// SPDX-License-Identifier: Apache-2.0

/// The paths of cgroups by their numbers, kept from scrape to scrape.
///
/// The kernel gives a number to one cgroup only, and a cgroup keeps its path, so that a path that was found stays
/// valid. The directories are read again when an unknown number is asked for, at most once for each call. For a number
/// that was not found, because its cgroup was removed before its sockets, they are read again after 10 seconds, and
/// then after twice as long each time, up to 10 minutes. At most 20,000 directories are read, 32 levels deep; paths of
/// more than 1,024 bytes are left out.
public struct CgroupPaths: Sendable {
    private struct Retry {
        static let intervals = Duration.seconds(10)...Duration.seconds(600)

        var interval = intervals.lowerBound
        var time: ContinuousClock.Instant

        /// The one after this.
        func next(_ now: ContinuousClock.Instant) -> Retry {
            let interval = min(interval * 2, Self.intervals.upperBound)
            return Retry(interval: interval, time: now.advanced(by: interval))
        }
    }

    private let search: @Sendable (Set<UInt64>) -> [UInt64: String]
    private let now: @Sendable () -> ContinuousClock.Instant
    private var found: [UInt64: String] = [:]
    /// When to look again for what was not found.
    private var retries: [UInt64: Retry] = [:]

    /// Creates an empty cache of the hierarchy that is mounted at `/sys/fs/cgroup` or `/sys/fs/cgroup/unified`.
    public init() {
        self.init(search: { CgroupTree.mounted?.paths(of: $0) ?? [:] }, now: { ContinuousClock().now })
    }

    init(
        search: @escaping @Sendable (Set<UInt64>) -> [UInt64: String],
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.search = search
        self.now = now
    }

    /// The paths of those that are found, from the root of the hierarchy: `/system.slice/ssh.service`.
    ///
    /// - Parameter numbers: all that are of interest; what else was found is forgotten.
    public mutating func paths(of numbers: Set<UInt64>) -> [UInt64: String] {
        found = found.filter { numbers.contains($0.key) }
        retries = retries.filter { numbers.contains($0.key) }
        let missing = numbers.filter { found[$0] == nil }
        let now = now()
        guard missing.contains(where: { number in retries[number].map { $0.time <= now } ?? true }) else {
            return found
        }
        // Including those whose time has not come.
        let news = search(missing)
        for number in missing {
            found[number] = news[number]
            guard news[number] == nil else {
                retries[number] = nil
                continue
            }
            let first = Retry(time: now.advanced(by: Retry.intervals.lowerBound))
            retries[number] = retries[number].map { $0.time <= now ? $0.next(now) : $0 } ?? first
        }
        return found
    }

    /// The paths of the cgroups of network namespaces.
    public mutating func paths(of namespaces: NamespaceStatistics?) -> [UInt64: String] {
        guard let namespaces else { return found }
        return paths(of: Set(namespaces.members.counts.values.compactMap(\.cgroup)))
    }
}
