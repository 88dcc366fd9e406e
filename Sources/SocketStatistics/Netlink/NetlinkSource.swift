// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts TCP sockets with a sock_diag dump over netlink: one request, IPv4 and IPv6 in one walk of the kernel's table.
///
/// The socket is opened by the first scan, in the network namespace of the thread that calls it, and stays open.
/// Memory does not depend on the number of sockets.
public final class NetlinkSource: TCPStatisticsSource {
    private let conversation: Mutex<NetlinkConversation>

    public var kind: SourceKind { .netlink }

    public var retries: UInt64 {
        conversation.withLock { $0.retries }
    }

    /// - Parameter countsBoundInactive: also count sockets that are bound and nothing else, where the kernel tells
    ///   (Linux 6.8 and later). It costs a second walk, of the kernel's table of all bound sockets.
    public init(countsBoundInactive: Bool = false) {
        conversation = Mutex(NetlinkConversation(wantsBoundInactive: countsBoundInactive))
    }

    public func scan() throws(SourceError) -> TCPScan {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let answer = try conversation.withLock { conversation throws(NetlinkSocket.Failure) in
                try conversation.ask()
            }
            return TCPScan(answer, duration: clock.now - start)
        } catch {
            throw error.sourceError
        }
    }
}
