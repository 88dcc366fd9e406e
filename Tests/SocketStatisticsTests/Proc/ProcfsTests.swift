// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import SystemPackage
import Testing

@testable import SocketStatistics

struct ProcfsTests {
    @Test(arguments: [
        ("/proc", "/proc/self/net"), ("/proc/self", "/proc/self/net"), ("/proc/thread-self", "/proc/thread-self/net"),
        ("/proc/1", "/proc/1/net"), ("/nonexistent", "/nonexistent/net"),
    ])
    func theNetworkIsThatOfThisProcessOrOfTheDirectory(_ path: String, _ network: String) {
        #expect(Procfs(FilePath(path)).network.string == network)
    }

    @Test(arguments: ["/proc", "/proc/self", "/proc/thread-self", "/proc/self/task/\(getpid())", "/proc/1"])
    func theMountIsFoundFromEachDirectory(_ path: String) {
        let names = DirectoryEntries.names(in: Procfs(FilePath(path)).processes)
        #expect(names.contains("1"))
        #expect(names.contains("\(getpid())"))
    }

    @Test func otherDirectoriesAreTakenAsTheyAre() throws {
        let directory = try ProcDirectory()
        #expect(Procfs(directory.path).processes == directory.path)
        #expect(Procfs(directory.path).network == directory.path.appending("net"))
        #expect(!Procfs(directory.path).isOfStrangers)
        #expect(throws: Errno.noSuchFileOrDirectory) { try Procfs(directory.path).networkNamespace() }
    }

    @Test(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
    func itsNetworkNamespaceIsToldByNumber() throws {
        let (process, thread, current) = try TestThread.inNetworkNamespace {
            (
                try Procfs("/proc").networkNamespace(), try Procfs("/proc/thread-self").networkNamespace(),
                try NetworkNamespace.current()
            )
        }
        #expect(thread == current)
        #expect(process != current)
        #expect(try NetworkNamespace.current() == process)
    }

    @Test(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
    func withoutPermissionItIsToldWhetherItIsOfThisNamespace() throws {
        let paths: [FilePath] = ["/proc", "/proc/self", "/proc/thread-self", "/nonexistent", "/tmp"]
        func answers() -> [Bool?] { paths.map { Procfs($0).isOfThisNamespace } }
        #expect(try TestThread.withoutCapabilities { answers() } == [true, true, true, nil, nil])
        let elsewhere = try TestThread.inNetworkNamespace { try TestThread.withoutCapabilities { answers() } }
        #expect(elsewhere == [false, false, true, nil, nil])
    }

    @Test func filesThatPlayProcfsAreOfNoNamespace() throws {
        let directory = try ProcDirectory()
        try directory.write("tcp", "  sl  local_address\n")
        #expect(Procfs(directory.path).isOfThisNamespace == nil)
    }

    /// Nothing is listed there, and so nothing is known of other namespaces.
    @Test func whereNoProcessIsSeenOthersMayBeHidden() throws {
        let directory = try ProcDirectory()
        let namespaces = try NetworkNamespaces(procfs: directory.path)
        #expect(namespaces.failure?.code == .unavailable)
        #expect(namespaces.failure?.description.contains("\(directory.path), which hides these") == true)
    }

    @Test(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
    func processesAreListedFromTheGivenMount() throws {
        let member = try TestThread.inNetworkNamespace { try NamespaceMember() }
        #expect(try NetworkNamespaces(procfs: "/proc/thread-self").others[member.inode] != nil)
        #expect(try NetworkNamespaces(procfs: "/nonexistent").others[member.inode] == nil)
    }
}
