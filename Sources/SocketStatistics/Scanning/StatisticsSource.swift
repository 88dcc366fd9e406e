// SPDX-License-Identifier: Apache-2.0

/// A way to count sockets.
///
/// A source can be used from any thread; the scans of one source run one after another. A scan blocks the calling
/// thread.
public protocol StatisticsSource<Statistics>: Sendable {
    /// What the source counts.
    associatedtype Statistics: Sendable

    /// Which source it is.
    var kind: SourceKind { get }

    /// Does what must happen once before the first scan, such as loading a BPF program, which needs a privilege that a
    /// process may give up afterwards.
    ///
    /// A source also works when it is not called: the first scan then does the same.
    func prepare() throws(SourceError)

    /// Counts the sockets. Blocks the calling thread; in asynchronous code write `try await source.scan(until:)`.
    ///
    /// - Parameter deadline: When the scan fails with ``SourceError/Code/deadlineExceeded`` if it has not ended; nil
    ///   for the source's own limits alone. A deadline that has passed fails the scan before it begins. A scan that
    ///   waits for another one of the same source sees its deadline when its turn comes.
    @available(*, noasync, message: "a scan blocks its thread: use 'try await source.scan(until:)'")
    func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> Scan<Statistics>
}

extension StatisticsSource {
    public func prepare() throws(SourceError) {}

    /// Counts the sockets, without a deadline. Blocks the calling thread.
    @available(*, noasync, message: "a scan blocks its thread: use 'try await source.scan()'")
    public func scan() throws(SourceError) -> Scan<Statistics> {
        try scan(until: nil)
    }

    /// Counts the sockets on another thread, while the task is suspended.
    ///
    /// Not on a thread of Swift's cooperative pool, which a scan would block. A process has at most eight threads for
    /// this; further scans wait for one. A scan does not end early when the task is cancelled: give it a deadline.
    ///
    /// - Parameter deadline: When the scan fails if it has not ended; nil for the source's own limits alone.
    public func scan(
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(SourceError) -> Scan<Statistics> {
        let result: Result<Scan<Statistics>, SourceError> = await withCheckedContinuation { continuation in
            ScanThreads.shared.run { error in
                continuation.resume(
                    returning: Result { () throws(SourceError) in
                        if let error { throw error }
                        return try self.scan(until: deadline)
                    })
            }
        }
        return try result.get()
    }
}

/// Which source statistics come from: its name in logs and labels.
public struct SourceKind: Sendable, Hashable, CustomStringConvertible {
    /// A BPF program that walks the kernel's hash tables.
    public static let bpf = SourceKind("bpf")
    /// A sock_diag dump over netlink.
    public static let netlink = SourceKind("netlink")
    /// `/proc/net/tcp` and `/proc/net/tcp6`.
    public static let proc = SourceKind("proc")

    /// A short word in lower case.
    public let description: String

    /// Names a kind of source of your own.
    public init(_ name: String) {
        description = name
    }
}
