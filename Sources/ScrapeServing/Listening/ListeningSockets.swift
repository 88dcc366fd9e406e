// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// Sockets that listen. Connections wait in them until a server takes them.
///
/// A process may open them before its server runs, while it is still in the network namespace, or still has the
/// privilege, that listening needs. Those that no server takes are closed with this object.
package final class ListeningSockets: Sendable {
    private let sockets: Mutex<[ListeningSocket]>

    /// Without any socket.
    package convenience init() {
        self.init([])
    }

    /// Takes ownership of some that are open.
    init(_ sockets: [ListeningSocket]) {
        self.sockets = Mutex(sockets)
    }

    deinit {
        for socket in take() { socket.close() }
    }

    /// Opens a socket for each TCP address of a configuration. Blocks while names are resolved, and starts no thread.
    package func openTCP(_ configuration: ScrapeServer.Configuration) throws(ScrapeServerError) {
        for address in configuration.listenAddresses {
            guard case .tcp(let host, let port) = address.endpoint else { continue }
            try add(address) { others throws(ScrapeServerError) in try .openTCP(address, host, port, beside: others) }
        }
    }

    /// Opens a socket for each path of a configuration. The file belongs to the effective user of the calling thread.
    package func openUnix(_ configuration: ScrapeServer.Configuration) throws(ScrapeServerError) {
        for address in configuration.listenAddresses {
            guard case .unix(let path) = address.endpoint else { continue }
            try add(address) { others throws(ScrapeServerError) in
                try .openUnix(address, path, mode: configuration.unixSocketMode, beside: others)
            }
        }
    }

    private func add(
        _ address: ListenAddress, _ open: ([ListeningSocket]) throws(ScrapeServerError) -> ListeningSocket
    ) throws(ScrapeServerError) {
        try sockets.withLock { sockets throws(ScrapeServerError) in
            sockets.append(try open(sockets))
        }
    }

    /// The sockets in the order in which they were opened. They belong to the caller then.
    func take() -> [ListeningSocket] {
        sockets.withLock { sockets in
            defer { sockets = [] }
            return sockets
        }
    }
}
