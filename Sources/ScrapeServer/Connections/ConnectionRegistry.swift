// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// A connection as the registry sees it.
protocol RegisteredConnection: AnyObject {
    /// Since when it waits for a request; nil while it has one.
    var idleSince: NIODeadline? { get }
    /// Closes at once.
    func close()
    /// Closes when the answer under way is sent: at once where there is none.
    func stop()
}

/// The open connections of a server. Confined to the event loop.
final class ConnectionRegistry {
    private let limit: Int
    private var connections: [ObjectIdentifier: any RegisteredConnection] = [:]
    private var emptied: EventLoopPromise<Void>?

    /// Makes a registry that admits no more connections than the limit, and at least one.
    init(limit: Int) {
        self.limit = max(limit, 1)
    }

    /// Whether the server stops, so that nothing is admitted.
    var isStopping: Bool { emptied != nil }

    /// Makes room for another connection, at the cost of the longest idle one where the limit is reached.
    ///
    /// Returns false where the server stops, or where every connection is at work.
    func admitsAnother() -> Bool {
        !isStopping && (connections.count < limit || closeLongestIdle())
    }

    func insert(_ connection: any RegisteredConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: any RegisteredConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        if connections.isEmpty { emptied?.succeed() }
    }

    /// Closes the connection that has been idle for longest; returns false where none is idle.
    func closeLongestIdle() -> Bool {
        let idle = connections.values.compactMap { connection in connection.idleSince.map { (since: $0, connection) } }
        guard let (_, connection) = idle.min(by: { $0.since < $1.since }) else { return false }
        remove(connection)
        connection.close()
        return true
    }

    /// Lets the answers under way finish, and closes what is still open after the grace period.
    ///
    /// To be called once. The future succeeds when no connection is open.
    func stop(within grace: TimeAmount, on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let emptied = eventLoop.makePromise(of: Void.self)
        self.emptied = emptied
        let end = eventLoop.assumeIsolated().scheduleTask(in: grace) { self.closeAll() }
        emptied.futureResult.whenComplete { _ in end.cancel() }
        if connections.isEmpty {
            emptied.succeed()
        } else {
            for connection in Array(connections.values) { connection.stop() }
        }
        return emptied.futureResult
    }

    private func closeAll() {
        for connection in Array(connections.values) { connection.close() }
    }
}
