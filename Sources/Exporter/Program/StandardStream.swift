// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Standard output or standard error.
struct StandardStream: Sendable {
    static let output = StandardStream(descriptor: .standardOutput)
    static let error = StandardStream(descriptor: .standardError)

    private let descriptor: FileDescriptor

    /// Writes all of the text, in one call where the system takes it so.
    func write(_ text: some Sequence<UInt8>) throws(Errno) {
        do {
            try descriptor.writeAll(text)
        } catch {
            throw error as? Errno ?? .ioError
        }
    }
}
