// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// A connection as the registry sees it.
protocol RegisteredConnection: AnyObject {
    /// Since when it could be closed to make room for another: since it began waiting for its client, or got a second
    /// request. Nil while it works on its only request.
    var expendableSince: NIODeadline? { get }
    /// Whether its client has closed its side and waits for an answer, or is gone. It makes room before all others.
    var hasClientLeft: Bool { get }
    /// Since when its client has not read; nil if no answer is pending.
    var stalledSince: NIODeadline? { get }
    /// Closes at once.
    func close()
    /// Closes when the answer under way is sent: at once where there is none.
    func stop()
}

/// The open connections of a server. Confined to the event loop.
final class ConnectionRegistry {
    private let limit: Int
    private let unsentLimit: Int
    private let onClose: (Int) -> Void
    private var connections: [ObjectIdentifier: any RegisteredConnection] = [:]
    private var unsentBytes = 0
    private var emptied: EventLoopPromise<Void>?

    /// Creates a registry that admits no more connections than the limit, and at least one.
    ///
    /// - Parameters:
    ///   - unsentLimit: how many bytes of answers may wait for their clients.
    ///   - onClose: called when a connection ends, with the number of connections that remain.
    init(limit: Int, unsentLimit: Int = .max, onClose: @escaping (Int) -> Void = { _ in }) {
        self.limit = max(limit, 1)
        self.unsentLimit = unsentLimit
        self.onClose = onClose
    }

    /// Whether the server stops, so that nothing is admitted.
    var isStopping: Bool { emptied != nil }

    /// Makes room for another connection: if the limit is reached, by closing the one that has been expendable for
    /// longest, of those whose clients have closed their sides, or else of all.
    ///
    /// Returns false where the server stops, or works on the only request of every connection.
    func admitsAnother() -> Bool {
        !isStopping && (connections.count < limit || makeRoom())
    }

    func insert(_ connection: any RegisteredConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: any RegisteredConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        onClose(connections.count)
        if connections.isEmpty { emptied?.succeed() }
    }

    /// Closes the connection that has been expendable for longest; returns false where none is.
    func makeRoom() -> Bool {
        closeLongest { $0.hasClientLeft ? $0.expendableSince : nil } || closeLongest(\.expendableSince)
    }

    /// A client that has read nothing for so long is taken not to read; others may just have begun with a large answer.
    private static let stalled = TimeAmount.seconds(1)

    /// Takes note of bytes that a client has still to read, or has read. If there are too many in all, connections
    /// whose clients do not read are closed, but not this one.
    func unsentBytesChanged(by bytes: Int, of connection: any RegisteredConnection, at now: NIODeadline) {
        unsentBytes += bytes
        guard bytes > 0, unsentBytes > unsentLimit else { return }
        while unsentBytes > unsentLimit,
            closeLongest(
                { other in other.stalledSince.flatMap { now - $0 >= Self.stalled ? $0 : nil } }, except: connection)
        {}
    }

    private func closeLongest(
        _ since: (any RegisteredConnection) -> NIODeadline?, except: (any RegisteredConnection)? = nil
    ) -> Bool {
        let candidates = connections.values.compactMap { connection in
            connection === except ? nil : since(connection).map { (since: $0, connection) }
        }
        guard let (_, connection) = candidates.min(by: { $0.since < $1.since }) else { return false }
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
