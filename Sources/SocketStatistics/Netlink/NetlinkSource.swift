// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts TCP sockets with a sock_diag dump over netlink: one request, IPv4 and IPv6 in one walk of the kernel's table.
///
/// The socket is opened by the first scan, in the network namespace of the thread that calls it, and stays open.
/// Memory does not depend on the number of sockets.
public final class NetlinkSource: TCPStatisticsSource {
    private let conversation: Mutex<NetlinkConversation>
    /// Beside the conversation, so that it can be read while a scan is under way.
    private let retryCount = Atomic<UInt64>(0)

    public var kind: SourceKind { .netlink }

    public var retries: UInt64 {
        retryCount.load(ordering: .relaxed)
    }

    /// - Parameter countsBoundInactive: also count sockets that are bound and nothing else, where the kernel tells
    ///   (Linux 6.8 and later). It costs a second walk, of the kernel's table of all bound sockets.
    public init(countsBoundInactive: Bool = false) {
        conversation = Mutex(NetlinkConversation(wantsBoundInactive: countsBoundInactive))
    }

    public func scan() throws(SourceError) -> TCPScan {
        do {
            return try conversation.withLock { conversation throws(NetlinkSocket.Failure) in
                defer { retryCount.store(conversation.retries, ordering: .relaxed) }
                let clock = ContinuousClock()
                let start = clock.now
                let answer = try conversation.ask()
                return TCPScan(answer, duration: clock.now - start)
            }
        } catch {
            throw error.sourceError
        }
    }
}
