// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts UNIX sockets with two sock_diag dumps over netlink: the listeners with their names and backlogs, and all
/// others.
///
/// ``prepare()`` or the first scan opens the netlink socket, in the network namespace of the thread that calls it, whose
/// UNIX sockets are counted, and it stays open. Memory does not depend on the number of sockets: up to 4,096 listeners
/// are told by name.
public final class UNIXNetlinkSource: StatisticsSource {
    private let conversation: Mutex<UNIXConversation>

    /// ``SourceKind/netlink``.
    public var kind: SourceKind { .netlink }

    /// Creates a source; nothing is opened yet.
    public convenience init() {
        self.init(listenerLimit: UNIXConversation.listenerLimit)
    }

    /// - Parameters:
    ///   - listenerLimit: The most listeners that are told by name.
    ///   - expected: How many listeners there is room for at first.
    init(listenerLimit: Int, expecting expected: Int = 256) {
        conversation = Mutex(UNIXConversation(limit: listenerLimit, expecting: expected))
    }

    /// Opens the netlink socket, and asks for the listening sockets, which shows whether the kernel answers.
    public func prepare() throws(SourceError) {
        do {
            _ = try conversation.withLock { conversation throws(NetlinkSocket.Failure) in
                try conversation.askForListeners(until: nil)
            }
        } catch {
            throw error.unixSourceError
        }
    }

    @available(*, noasync, message: "a scan blocks its thread: use 'try await source.scan(until:)'")
    public func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> UNIXScan {
        let clock = ContinuousClock()
        let start = clock.now
        var effort = ScanEffort()
        do throws(SourceError) {
            let answer = try ask(Deadline(deadline), &effort)
            return Scan(
                UNIXStatistics(answer), source: .netlink, duration: clock.now - start, effort: effort,
                unknown: UnknownCounts(answer.counts))
        } catch {
            throw error.with(effort)
        }
    }

    private func ask(
        _ deadline: Deadline, _ effort: inout ScanEffort
    ) throws(SourceError) -> UNIXConversation.Answer {
        var repeats: UInt64 = 0
        defer { effort.repeats += repeats }
        return try conversation.withLock { conversation throws(SourceError) in
            // Another scan may have taken its time.
            try deadline.check("it had passed before the kernel was asked for UNIX sockets over netlink")
            let before = conversation.repeats
            defer { repeats = conversation.repeats - before }
            do throws(NetlinkSocket.Failure) {
                return try conversation.ask(until: deadline.instant)
            } catch {
                throw error.unixSourceError
            }
        }
    }
}

extension NetlinkSocket.Failure {
    /// The failure as the error of a source of UNIX sockets.
    var unixSourceError: SourceError {
        sourceError(module: "unix_diag", alternative: "do without the counts of UNIX sockets")
    }
}
