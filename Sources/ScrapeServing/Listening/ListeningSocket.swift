// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// A socket that listens, and has no event loop yet.
struct ListeningSocket: Sendable {
    /// How many connections the system keeps until they are accepted; it may lower the number.
    static let backlog: Int32 = 511

    /// What it is bound to.
    enum Binding: Sendable {
        case tcp(SocketAddress)
        case unix(UnixSocketFile)
    }

    let descriptor: CInt
    /// The address as it was asked for.
    let address: ListenAddress
    let binding: Binding

    /// Opens a TCP socket. Blocks while a name is resolved.
    ///
    /// - Parameter others: sockets of the same server, one of which may be in the way.
    static func openTCP(
        _ address: ListenAddress, _ host: String, _ port: Int, beside others: [ListeningSocket]
    ) throws(ScrapeServerError) -> ListeningSocket {
        do {
            let candidates = try NameResolution.candidates(host: host, port: port)
            let (descriptor, bound) = try TCPListeningSocket.listen(onFirstOf: candidates, backlog: backlog)
            return ListeningSocket(descriptor: descriptor, address: address, binding: .tcp(bound))
        } catch let failure as NameResolution.Failure {
            throw .nameNotResolved(address, failure)
        } catch let error as TCPListeningSocket.AddressInUse {
            if let other = others.first(where: { $0.covers(error.address) }) {
                throw .collision(of: address, with: other.address)
            }
            throw .cannotListen(on: address, IOError(errnoCode: EADDRINUSE, reason: "bind"))
        } catch {
            throw .cannotListen(on: address, error)
        }
    }

    /// Opens a socket at a path.
    ///
    /// - Parameter others: sockets of the same server, one of which may be in the way.
    static func openUnix(
        _ address: ListenAddress, _ path: String, mode: UInt32, beside others: [ListeningSocket]
    ) throws(ScrapeServerError) -> ListeningSocket {
        do {
            let (descriptor, file) = try UnixSocketFile.listen(at: path, mode: mode, backlog: backlog)
            return ListeningSocket(descriptor: descriptor, address: address, binding: .unix(file))
        } catch {
            if (error as? IOError)?.errnoCode == EADDRINUSE, let other = others.first(where: { $0.isAt(path) }) {
                throw .collision(of: address, with: other.address)
            }
            throw .cannotListen(on: address, error)
        }
    }

    /// Closes it and removes the file of a Unix domain socket.
    func close() {
        removeFile()
        _ = Glibc.close(descriptor)
    }

    /// Removes the file of a Unix domain socket, while that is open.
    func removeFile() {
        if case .unix(let file) = binding { file.remove() }
    }

    /// Whether the system refuses another socket on an address because of this one.
    private func covers(_ other: SocketAddress) -> Bool {
        guard case .tcp(let own) = binding, own.port == other.port else { return false }
        let hosts = [Self.host(own), Self.host(other)]
        let areIPv4 = hosts.allSatisfy { $0?.contains(":") == false }
        return hosts[0] == hosts[1] || hosts.contains("::") || (areIPv4 && hosts.contains("0.0.0.0"))
    }

    /// The IP address; for an IPv4-mapped IPv6 address, the IPv4 address.
    private static func host(_ address: SocketAddress) -> String? {
        let mapped = "::ffff:"
        guard let host = address.ipAddress else { return nil }
        return host.hasPrefix(mapped) && host.contains(".") ? String(host.dropFirst(mapped.count)) : host
    }

    private func isAt(_ path: String) -> Bool {
        guard case .unix(let file) = binding else { return false }
        return file.isAt(path)
    }
}
