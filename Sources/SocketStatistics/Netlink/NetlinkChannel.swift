// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import SystemPackage

/// A sock_diag socket that is kept from one question to the next. It knows no protocol.
struct NetlinkChannel: ~Copyable {
    /// How often a question is repeated when the answer is not usable but the next one may be.
    private static let repeatLimit = 3

    private let namespace: FileDescriptor?
    private var socket: NetlinkSocket?
    private(set) var repeats: UInt64 = 0

    /// - Parameter namespace: The network namespace to ask, open until the first question is answered; nil for that of
    ///   the thread that asks first.
    init(namespace: FileDescriptor? = nil) {
        self.namespace = namespace
    }

    /// Asks once, and some times more where the next answer may be usable.
    ///
    /// - Parameter question: What is asked; it begins anew each time.
    mutating func ask<Reply>(
        until deadline: ContinuousClock.Instant?,
        _ question: (borrowing NetlinkSocket) throws(NetlinkSocket.Failure) -> Reply
    ) throws(NetlinkSocket.Failure) -> Reply {
        var repeatsLeft = Self.repeatLimit
        while true {
            let failure: NetlinkSocket.Failure
            let socket = if let kept = socket.take() { kept } else { try NetlinkSocket(namespace: namespace) }
            socket.setDeadline(deadline)
            do {
                let reply = try question(socket)
                self.socket = consume socket
                return reply
            } catch {
                failure = error
                // Otherwise the rest of the answer may still arrive: the next question is asked on a new socket.
                if error.leavesSocketClean {
                    self.socket = consume socket
                }
            }
            guard failure.isTransient, repeatsLeft > 0 else { throw failure }
            repeatsLeft -= 1
            repeats += 1
        }
    }
}
