// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import SystemPackage
import Testing

@testable import SocketStatistics

struct ConntrackTests {
    /// Reads a directory that plays procfs; nil leaves a file out.
    private func read(_ count: String?, _ limit: String?) throws -> (table: ConntrackTable?, directory: String) {
        let path = try Shell.output("mktemp -d").trimmingNewline
        defer { _ = try? Shell.output("rm -r '\(path)'") }
        let directory = "\(path)/sys/net/netfilter"
        _ = try Shell.output("mkdir -p '\(directory)'")
        for (name, text) in [("nf_conntrack_count", count), ("nf_conntrack_max", limit)] {
            guard let text else { continue }
            _ = try Shell.output("printf '%s' '\(text)' > '\(directory)/\(name)'")
        }
        do {
            return (try ConntrackReader(procfs: FilePath(path)).read(), directory)
        } catch {
            throw Failure(
                description: error.description.split(separator: "/").last.map(String.init) ?? "", code: error.code)
        }
    }

    private struct Failure: Error {
        let description: String
        let code: SourceError.Code
    }

    @Test func theNumbersAreRead() throws {
        #expect(try read("12\n", "65536\n").table == ConntrackTable(entries: 12, limit: 65_536))
        #expect(try read("0", "18446744073709551615").table == ConntrackTable(entries: 0, limit: .max))
    }

    @Test func whereNothingIsTrackedThereIsNoTable() throws {
        #expect(try read(nil, nil).table == nil)
        #expect(try read("12\n", nil).table == nil)
        #expect(try read(nil, "65536\n").table == nil)
    }

    @Test(arguments: ["", "\n", "+1\n", "x\n", "1 2\n", "1\n2\n", "18446744073709551616\n"])
    func whatIsNoNumberIsNamed(_ text: String) {
        let error = #expect(throws: Failure.self) { try read(text, "1\n") }
        #expect(error?.code == .malformed)
        #expect(error?.description.hasPrefix("nf_conntrack_count, a number is expected, not ") == true)
    }

    @Test(
        .enabled(
            if: Privilege.runsRootTests && access("/proc/sys/net/netfilter/nf_conntrack_count", F_OK) == 0,
            "needs root for a network namespace, and nf_conntrack"))
    func isThatOfTheNamespaceThatProcfsTellsOf() throws {
        let (own, outer) = try TestThread.inNetworkNamespace {
            try ConntrackEntries.add(3)
            let outer = ConntrackReader(procfs: "/proc")
            outer.prepare()
            return (try ConntrackReader(procfs: "/proc/thread-self").read(), try outer.read())
        }
        #expect(own?.entries == 3)
        // Other tests change how many entries there are.
        #expect(outer?.limit == own?.limit)
    }
}

extension String {
    fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
