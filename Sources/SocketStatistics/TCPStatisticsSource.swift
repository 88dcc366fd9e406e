// SPDX-License-Identifier: Apache-2.0

/// Something that can count the TCP sockets of a network namespace.
///
/// A source may be used from any thread; scans of one source run one after another. A scan blocks the calling thread:
/// never call it on an event loop or in a task of the cooperative pool.
public protocol TCPStatisticsSource: Sendable {
    /// Which of the sources it is.
    var kind: SourceKind { get }

    /// How many times this source began a scan again because the first answer was not good.
    var repeats: UInt64 { get }

    /// How many chains of the kernel's tables this source read again because they changed; nil where it reads none.
    var rereadChains: UInt64? { get }

    /// Counts every TCP socket.
    func scan() throws(SourceError) -> TCPScan
}
