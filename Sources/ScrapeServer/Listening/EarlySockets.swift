// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// Sockets that listen before their server runs: for a process that leaves the network namespace, or gives up the right, in
/// which it is to listen.
///
/// Connections wait in them until the server runs. Those that no server takes are closed with this object.
package final class EarlySockets: Sendable {
    /// Those that are not taken.
    let sockets = Mutex<[(address: ListenAddress, descriptor: CInt)]>([])

    /// Opens a socket for each TCP address, or none. Unix sockets, which belong to no network namespace and whose files are to
    /// belong to the user who serves, are opened when the server runs.
    ///
    /// Blocks while names are resolved, and starts no thread.
    package init(_ addresses: [ListenAddress]) throws(ScrapeServerError) {
        for address in addresses {
            guard case .tcp(let host, let port) = address.endpoint else { continue }
            let descriptor = try Listener.openTCP(address, host: host, port: port)
            sockets.withLock { $0.append((address, descriptor)) }
        }
    }

    /// The socket of an address, which then belongs to the caller; nil for one that is to be opened.
    func take(_ address: ListenAddress) -> CInt? {
        sockets.withLock { sockets in
            sockets.firstIndex { $0.address == address }.map { sockets.remove(at: $0).descriptor }
        }
    }

    deinit {
        for socket in sockets.withLock({ $0 }) {
            close(socket.descriptor)
        }
    }
}
