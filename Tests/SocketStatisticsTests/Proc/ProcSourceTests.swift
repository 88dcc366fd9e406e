// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import SystemPackage
import Testing

@testable import SocketStatistics

/// The proc source over a directory that plays procfs.
struct ProcSourceTests {
    @Test func bothFilesAreCounted() throws {
        let procfs = try ProcDirectory()
        try procfs.write("tcp", ProcText.title + ProcText.line() + ProcText.line(state: "0A"))
        try procfs.write("tcp6", ProcText.title6 + ProcText.line6())
        let scan = try ProcSource(procfs: procfs.path).scan()
        #expect(scan.source == .proc)
        #expect(scan.sockets == 3)
        #expect(scan.statistics[.ipv4, .listen] == 1)
        #expect(scan.statistics[.established] == 2)
    }

    @Test func filesLargerThanTheBufferAreCounted() throws {
        let procfs = try ProcDirectory()
        try procfs.write("tcp", ProcText.title + (0..<3000).map { ProcText.line(slot: $0, state: "06") }.joined())
        #expect(try ProcSource(procfs: procfs.path).scan().statistics[.ipv4, .timeWait] == 3000)
    }

    @Test func withoutIPv6ThereAreNoIPv6Sockets() throws {
        let procfs = try ProcDirectory()
        try procfs.write("tcp", ProcText.title + ProcText.line())
        #expect(try ProcSource(procfs: procfs.path).scan().statistics[.ipv6, .established] == 0)
    }

    /// IPv6 must not be taken to be missing because the process ended whose directory it is.
    @Test func aProcessThatEndsBetweenBothFilesIsAnError() throws {
        let procfs = try ProcDirectory()
        try procfs.write("tcp", ProcText.title + ProcText.line())
        let file = procfs.path.appending("net/tcp").string
        let isBegun = Mutex(false)
        // The clock is asked before the first file is opened, and then before each piece of it.
        let source = ProcSource(procfs: procfs.path) {
            isBegun.withLock { isBegun in
                if isBegun { unlink(file) }
                isBegun = true
            }
            return .now
        }
        let error = #expect(throws: SourceError.self) { try source.scan(until: .now + .seconds(3600)) }
        #expect(error?.description == "\(procfs.path)/net/tcp6 does not exist: is procfs mounted there?")
    }

    @Test func aMissingFileIsNamed() throws {
        let procfs = try ProcDirectory()
        let error = #expect(throws: SourceError.self) { try ProcSource(procfs: procfs.path).scan() }
        #expect(error?.code == .unavailable)
        #expect(error?.errno == .noSuchFileOrDirectory)
        #expect(error?.description == "\(procfs.path)/net/tcp does not exist: is procfs mounted there?")
    }

    @Test func aDirectoryInPlaceOfAFileIsNamed() throws {
        let procfs = try ProcDirectory()
        try procfs.makeDirectory("tcp")
        let error = #expect(throws: SourceError.self) { try ProcSource(procfs: procfs.path).scan() }
        #expect(error?.code == .systemCallFailed)
        #expect(error?.errno == .isDirectory)
        #expect(error?.description == "\(procfs.path)/net/tcp: read failed: Is a directory")
    }

    @Test func aMalformedLineIsNamedWithItsFile() throws {
        let procfs = try ProcDirectory()
        try procfs.write("tcp", ProcText.title)
        try procfs.write("tcp6", ProcText.title6 + "nonsense\n")
        let error = #expect(throws: SourceError.self) { try ProcSource(procfs: procfs.path).scan() }
        #expect(error?.code == .malformed)
        #expect(error?.description == "\(procfs.path)/net/tcp6, line 2, column 1: unexpected 'n' in field sl")
    }

    @Test func aScanAfterAnErrorStartsClean() throws {
        let procfs = try ProcDirectory()
        let source = ProcSource(procfs: procfs.path)
        try procfs.write("tcp", ProcText.title + ProcText.line() + "  1: 01")
        #expect(throws: SourceError.self) { try source.scan() }
        try procfs.write("tcp", ProcText.title + ProcText.line())
        #expect(try source.scan().statistics.total == 1)
    }

    @Test func thePortsOfAFilterAreCountedAlone() throws {
        let procfs = try ProcDirectory()
        try procfs.write("tcp", ProcText.title + ProcText.line(port: "0050") + ProcText.line(state: "06", port: "01BB"))
        try procfs.write("tcp6", ProcText.title6 + ProcText.line6())
        let scan = try ProcSource(procfs: procfs.path, counting: .ports([443, 8080])).scan()
        #expect(scan.statistics.total == 2)
        #expect(scan.statistics[.ipv4, .timeWait] == 1)
        #expect(scan.statistics[.ipv6, .established] == 1)
        #expect(scan.statistics.queueBytes?[.ipv6]?.send == 1)
        #expect(scan.unselected == 1)
        #expect(scan.sockets == 3)
    }
}
