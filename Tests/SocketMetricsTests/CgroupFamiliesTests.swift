// SPDX-License-Identifier: Apache-2.0

import Exposition
import SocketStatistics
import Testing

@testable import SocketMetrics

struct CgroupFamiliesTests {
    private static func statistics(
        _ members: [UInt64: StateCounts], others: StateCounts? = [:], otherKeys: Int = 0, none: StateCounts = [:],
        paths: [UInt64: String]
    ) -> TCPStatistics {
        var statistics = TCPStatistics()
        statistics.cgroups = CgroupStatistics(
            members: Breakdown(members, others: others, otherKeys: otherKeys), none: none, paths: paths)
        return statistics
    }

    /// The samples of a family as labels and values.
    private static func samples(_ metrics: TCPMetrics, _ name: String) -> [String: MetricValue] {
        let family = metrics.families.first { $0.metadata.name == name }
        let pairs = (family?.samples ?? []).map { ("\($0.labels)", $0.value) }
        #expect(Set(pairs.map(\.0)).count == pairs.count)
        return Dictionary(pairs) { $1 }
    }

    private static func sum(_ samples: [String: MetricValue]) -> Int {
        samples.values.reduce(0) { if case .integer(let count) = $1 { $0 + count } else { $0 } }
    }

    @Test func withoutCgroupsThereIsNoFamily() {
        let names = TCPMetrics(TCPStatistics()).families.map(\.metadata.name)
        #expect(!names.contains { $0.hasPrefix("socket_cgroup") })
    }

    @Test func theSumIsAllWhateverIsFolded() {
        let members = Dictionary(
            uniqueKeysWithValues: (1...9).map { (UInt64($0), [.established: UInt64($0)] as StateCounts) })
        let paths = Dictionary(uniqueKeysWithValues: (1...9).map { (UInt64($0), "/c\($0)") })
        let statistics = Self.statistics(
            members, others: [.established: 100], otherKeys: 3, none: [.timeWait: 1000], paths: paths)
        for limit in [0, 1, 5, 9, 50] {
            let metrics = TCPMetrics(statistics, limits: [.cgroups: limit])
            let samples = Self.samples(metrics, "socket_cgroup_tcp_connections")
            #expect(Self.sum(samples) == 45 + 100 + 1000, "\(limit)")
            let kept = min(limit, 9)
            #expect(metrics.families.first { $0.metadata.name == "socket_cgroup_info" }?.samples.count ?? 0 == kept)
            #expect(metrics.foldedSeries[.cgroups] == UInt64((9 - kept + 3) * (TCPState.allCases.count - 1)))
        }
    }

    @Test func theGreatestHaveSeriesOfTheirOwn() {
        let statistics = Self.statistics(
            [1: [.established: 1], 2: [.established: 2], 3: [.established: 3]],
            paths: [1: "/a", 2: "/b", 3: "/c"])
        let samples = Self.samples(
            TCPMetrics(statistics, limits: [.cgroups: 2]), "socket_cgroup_tcp_connections")
        #expect(
            samples.mapValues { $0 } == [
                "\(["cgroup": "/b", "state": "established"] as Labels)": 2,
                "\(["cgroup": "/c", "state": "established"] as Labels)": 3,
                "\(["cgroup": "other", "state": "established"] as Labels)": 1,
            ])
    }

    /// One that was removed and one that was made in its place.
    @Test func cgroupsWithTheSamePathAreAddedUp() {
        let statistics = Self.statistics(
            [1: [.established: 1], 2: [.established: 2]], paths: [1: "/a", 2: "/a"])
        let samples = Self.samples(TCPMetrics(statistics), "socket_cgroup_tcp_connections")
        #expect(samples == ["\(["cgroup": "/a", "state": "established"] as Labels)": 3])
    }

    @Test func oneWithoutAPathIsCalledByItsNumber() {
        let statistics = Self.statistics([4711: [.established: 1]], paths: [:])
        let metrics = TCPMetrics(statistics)
        #expect(
            Self.samples(metrics, "socket_cgroup_tcp_connections")
                == ["\(["cgroup": "cgroup:[4711]", "state": "established"] as Labels)": 1])
        #expect(metrics.families.first { $0.metadata.name == "socket_cgroup_info" }?.samples.isEmpty == true)
    }

    /// Names are chosen by whoever may make a cgroup: none is taken for what is no cgroup.
    @Test(arguments: ["other", "none", "cgroup:[1]", "a\"b\n\\", "\u{202e}x", String(repeating: "x", count: 255)])
    func hostileNamesAreNotTakenForOthers(_ name: String) throws {
        let statistics = Self.statistics(
            [1: [.established: 1], 2: [.established: 2]], others: [.established: 4], otherKeys: 1,
            none: [.established: 8], paths: [1: "/\(name)", 2: "/b"])
        let metrics = TCPMetrics(statistics)
        #expect(Self.samples(metrics, "socket_cgroup_tcp_connections").count == 4)
        for format in [ExpositionFormat.prometheusText, .openMetrics] {
            var bytes: [UInt8] = []
            format.write(metrics.families, into: &bytes)
            #expect(!bytes.isEmpty)
        }
    }

    @Test func whatThePathSaysIsInformation() throws {
        let pod = "6e3c9fdf-64cc-4d4d-9be5-0ea0bd2d9b0f"
        let container = String(repeating: "0123456789abcdef", count: 4)
        let path =
            "/kubepods.slice/kubepods-pod\(pod.map { $0 == "-" ? "_" : $0 }.map(String.init).joined()).slice/"
            + "cri-containerd-\(container).scope"
        let statistics = Self.statistics(
            [1: [.established: 1], 2: [.established: 1]], paths: [1: path, 2: "/system.slice/nginx.service"])
        let family = try #require(
            TCPMetrics(statistics).families.first { $0.metadata.name == "socket_cgroup_info" })
        #expect(family.metadata.kind == .info)
        #expect(
            Set(family.samples.map { "\($0.labels)" }) == [
                "\(["cgroup": path, "unit": "cri-containerd-\(container).scope", "user_unit": "", "container": container, "pod": pod] as Labels)",
                "\(["cgroup": "/system.slice/nginx.service", "unit": "nginx.service", "user_unit": "", "container": "", "pod": ""] as Labels)",
            ])
    }
}
