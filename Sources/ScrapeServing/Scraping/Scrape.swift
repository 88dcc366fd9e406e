// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import NIOCore

/// A form in which the result of a gather is served.
enum Rendition: Hashable, Sendable {
    case metrics(ExpositionFormat)
    case landingPage
}

/// A rendition in the content coding that its client accepts.
struct CodedRendition: Hashable, Sendable {
    var rendition: Rendition
    var coding: ContentCoding
}

/// The bytes of a rendition, and how they are coded: a short one is not compressed.
struct CodedBody: Hashable, Sendable {
    var bytes: ByteBuffer
    var coding: ContentCoding
}

/// What a client asks to be gathered, and the form it wants.
struct Scrape: Hashable, Sendable {
    var form: CodedRendition
    var selection = CollectorSelection.all
    /// When the answer is due; nil where the client sets no time-out.
    var deadline: ContinuousClock.Instant?
}
