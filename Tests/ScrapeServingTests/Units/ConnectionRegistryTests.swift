// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import Testing

@testable import ScrapeServing

@Suite struct ConnectionRegistryTests {
    private final class Connection: RegisteredConnection {
        let expendableSince: NIODeadline?
        let stalledSince: NIODeadline?
        let hasClientLeft: Bool
        private let registry: ConnectionRegistry
        private(set) var isClosed = false
        private(set) var isStopped = false

        init(
            expendableSince expendable: Int64?, stalledSince stalled: Int64? = nil, hasClientLeft: Bool = false,
            in registry: ConnectionRegistry
        ) {
            self.hasClientLeft = hasClientLeft
            self.expendableSince = expendable.map { .uptimeNanoseconds(0) + .seconds($0) }
            self.stalledSince = stalled.map { .uptimeNanoseconds(0) + .seconds($0) }
            self.registry = registry
            registry.insert(self)
        }

        func close() {
            isClosed = true
            registry.remove(self)
        }

        func stop() {
            isStopped = true
            if expendableSince != nil { close() }
        }
    }

    @Test func `at the limit the connection that has been expendable for longest makes room`() {
        let registry = ConnectionRegistry(limit: 3)
        let busy = Connection(expendableSince: nil, in: registry)
        let young = Connection(expendableSince: 9, in: registry)
        #expect(registry.admitsAnother())
        let old = Connection(expendableSince: 2, in: registry)
        #expect(registry.admitsAnother())
        #expect([busy, young, old].map(\.isClosed) == [false, false, true])
        #expect(registry.admitsAnother())
        #expect(!young.isClosed)
    }

    @Test func `those whose clients have left make room before all others, the oldest first`() {
        let registry = ConnectionRegistry(limit: 4)
        let idle = Connection(expendableSince: 1, in: registry)
        let old = Connection(expendableSince: 3, hasClientLeft: true, in: registry)
        let young = Connection(expendableSince: 5, hasClientLeft: true, in: registry)
        #expect(registry.makeRoom())
        #expect([idle, old, young].map(\.isClosed) == [false, true, false])
        #expect(registry.makeRoom())
        #expect([idle, old, young].map(\.isClosed) == [false, true, true])
        #expect(registry.makeRoom())
        #expect(idle.isClosed)
    }

    @Test func `where every connection is at work, nothing is admitted`() {
        let registry = ConnectionRegistry(limit: 1)
        let busy = Connection(expendableSince: nil, in: registry)
        #expect(!registry.admitsAnother())
        #expect(!busy.isClosed)
    }

    @Test func `where too much waits for clients, those close that have not read for longest, but never the last`() {
        let registry = ConnectionRegistry(limit: 5, unsentLimit: 100)
        let old = Connection(expendableSince: nil, stalledSince: 2, in: registry)
        let young = Connection(expendableSince: nil, stalledSince: 9, in: registry)
        let now = NIODeadline.uptimeNanoseconds(0) + .seconds(9)
        registry.unsentBytesChanged(by: 60, of: old, at: now)
        registry.unsentBytesChanged(by: 40, of: young, at: now)
        #expect([old, young].map(\.isClosed) == [false, false])
        registry.unsentBytesChanged(by: 1, of: young, at: now)
        #expect([old, young].map(\.isClosed) == [true, false])
        registry.unsentBytesChanged(by: -60, of: old, at: now)
        registry.unsentBytesChanged(by: 1000, of: young, at: now)
        #expect(!young.isClosed)
        // Who began a moment ago may well read.
        let other = Connection(expendableSince: nil, in: registry)
        registry.unsentBytesChanged(by: 1000, of: other, at: now + .milliseconds(999))
        #expect(!young.isClosed)
        registry.unsentBytesChanged(by: 1, of: other, at: now + .seconds(1))
        #expect(young.isClosed)
    }

    @Test func `the end of each connection is told once`() {
        var left: [Int] = []
        let registry = ConnectionRegistry(limit: 5) { left.append($0) }
        let connection = Connection(expendableSince: 1, in: registry)
        let other = Connection(expendableSince: 2, in: registry)
        #expect(registry.makeRoom())
        registry.remove(connection)
        registry.remove(other)
        #expect(left == [1, 0])
    }

    @Test func `a limit below one admits one`() {
        #expect(ConnectionRegistry(limit: 0).admitsAnother())
    }

    @Test func `stopping closes idle connections, waits for others, and closes them after the grace period`() throws {
        let loop = EmbeddedEventLoop()
        let registry = ConnectionRegistry(limit: 5)
        let idle = Connection(expendableSince: 1, in: registry)
        let busy = Connection(expendableSince: nil, in: registry)
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
