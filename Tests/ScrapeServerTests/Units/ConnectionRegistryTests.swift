// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import Testing

@testable import ScrapeServer

@Suite struct ConnectionRegistryTests {
    private final class Connection: RegisteredConnection {
        let idleSince: NIODeadline?
        private let registry: ConnectionRegistry
        private(set) var isClosed = false
        private(set) var isStopped = false

        init(idleSince seconds: Int64?, in registry: ConnectionRegistry) {
            self.idleSince = seconds.map { .uptimeNanoseconds(0) + .seconds($0) }
            self.registry = registry
            registry.insert(self)
        }

        func close() {
            isClosed = true
            registry.remove(self)
        }

        func stop() {
            isStopped = true
            if idleSince != nil { close() }
        }
    }

    @Test func `at the limit the connection idle for longest makes room`() {
        let registry = ConnectionRegistry(limit: 3)
        let busy = Connection(idleSince: nil, in: registry)
        let young = Connection(idleSince: 9, in: registry)
        #expect(registry.admitsAnother())
        let old = Connection(idleSince: 2, in: registry)
        #expect(registry.admitsAnother())
        #expect([busy, young, old].map(\.isClosed) == [false, false, true])
        #expect(registry.admitsAnother())
        #expect(!young.isClosed)
    }

    @Test func `where every connection is at work, nothing is admitted`() {
        let registry = ConnectionRegistry(limit: 1)
        let busy = Connection(idleSince: nil, in: registry)
        #expect(!registry.admitsAnother())
        #expect(!busy.isClosed)
    }

    @Test func `a limit below one admits one`() {
        #expect(ConnectionRegistry(limit: 0).admitsAnother())
    }

    @Test func `stopping closes idle connections, waits for others, and closes them after the grace period`() throws {
        let loop = EmbeddedEventLoop()
        let registry = ConnectionRegistry(limit: 5)
        let idle = Connection(idleSince: 1, in: registry)
        let busy = Connection(idleSince: nil, in: registry)
        let stopped = registry.stop(within: .seconds(8), on: loop)
        #expect(idle.isClosed)
        #expect(busy.isStopped && !busy.isClosed)
        #expect(!registry.admitsAnother())
        loop.advanceTime(by: .seconds(7))
        #expect(!busy.isClosed)
        loop.advanceTime(by: .seconds(1))
        #expect(busy.isClosed)
        try stopped.wait()
    }

    @Test func `without connections it stops at once`() throws {
        let loop = EmbeddedEventLoop()
        try ConnectionRegistry(limit: 5).stop(within: .seconds(8), on: loop).wait()
    }
}
