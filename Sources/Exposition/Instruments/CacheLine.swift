// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Two words that threads change, on a cache line that they share with nothing else.
///
/// Without the space around them, threads that change two metrics, or that only retain one, would take the line from each
/// other.
struct CacheLine: ~Copyable {
    private let before: InlineArray<7, UInt64> = .init(repeating: 0)
    let first = Atomic<UInt64>(0)
    let second = Atomic<UInt64>(0)
    private let after: InlineArray<7, UInt64> = .init(repeating: 0)
}
