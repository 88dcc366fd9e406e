// SPDX-License-Identifier: Apache-2.0

/// Writes families in one format: one type for each, in a file of its own.
protocol FamilyEncoder {
    /// The parts of the content type that a client names when it asks for the format.
    static var mediaType: (type: String, subtype: String, version: String) { get }

    /// The value of the HTTP header field `Content-Type`.
    static var contentType: String { get }

    /// Appends a family, or nothing where no sample can be exposed.
    static func append(_ family: MetricFamily, to buffer: inout [UInt8])

    /// Appends what comes after the last family.
    static func appendEnd(to buffer: inout [UInt8])
}

extension FamilyEncoder {
    static var contentType: String {
        "\(mediaType.type)/\(mediaType.subtype); version=\(mediaType.version); charset=utf-8"
    }
}
