// SPDX-License-Identifier: Apache-2.0

/// Carries from the handler of requests to the compressor whether the next answer may be compressed.
///
/// The compressor asks with the head of the response alone, which does not tell a HEAD request.
final class CompressionGate {
    var isOpen = false
}
