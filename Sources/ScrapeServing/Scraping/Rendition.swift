// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import NIOCore

/// What can be made of a snapshot.
enum Rendition: Hashable, Sendable {
    case metrics(ExpositionFormat)
    case landingPage
}

/// A rendition, coded as its client takes it.
struct CodedRendition: Hashable, Sendable {
    var rendition: Rendition
    var coding: ContentCoding
}

/// The bytes of a rendition, and how they are coded: a short one is not compressed.
struct CodedBody: Hashable, Sendable {
    var bytes: ByteBuffer
    var coding: ContentCoding
}

/// Appends a rendition of one snapshot to a buffer.
typealias Renderer = (Rendition, inout [UInt8]) -> Void

/// Takes a snapshot, which may block, and returns what renders it.
typealias Gatherer = @Sendable () -> Renderer
