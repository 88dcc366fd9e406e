// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// What can be made of a snapshot.
enum Rendition: Hashable, Sendable {
    case metrics(ExpositionFormat)
    case landingPage
}

/// Appends a rendition of one snapshot to a buffer.
typealias Renderer = (Rendition, inout [UInt8]) -> Void

/// Takes a snapshot, which may block, and returns what renders it.
typealias Gatherer = @Sendable () -> Renderer
