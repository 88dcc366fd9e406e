// SPDX-License-Identifier: Apache-2.0

/// One element of an `Accept` header field: the media types it includes and how much the client wants them.
struct MediaRange {
    /// The type, for example `text`, or `*`.
    let type: HeaderText
    /// The subtype, for example `plain`, or `*`.
    let subtype: HeaderText
    /// The version of the format that the client asks for; nil where it takes any.
    let version: String?
    /// The weight in thousandths, 0 (not acceptable) to 1000.
    let weight: Int
    /// Whether the client says how names may be escaped.
    let offersEscaping: Bool
}

extension MediaRange {
    /// How closely the range describes a format that it includes; nil where it does not include it.
    ///
    /// 0 for any type, 2 for any subtype, 4 for the type itself, and 1 more where the version is named.
    func specificity(for format: ExpositionFormat) -> Int? {
        let mediaType = format.encoder.mediaType
        guard version == nil || version == mediaType.version else { return nil }
        let versionSpecificity = version == nil ? 0 : 1
        if type.equals("*") {
            return subtype.equals("*") ? versionSpecificity : nil
        }
        guard type.equals(mediaType.type) else { return nil }
        if subtype.equals("*") { return 2 + versionSpecificity }
        return subtype.equals(mediaType.subtype) ? 4 + versionSpecificity : nil
    }
}
