// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Whether the process may open what a server needs.
///
/// SwiftNIO and Dispatch end the process where they cannot open what their loops wait with. Asked before they begin, the
/// system's answer becomes an error that says what to do.
package enum SpareDescriptors {
    /// What the loops of SwiftNIO and Dispatch, a listener, a connection and a scan take at the start, and as much again.
    private static let needed = 16

    /// - Throws: ``ScrapeServerError`` where the limit of the process or of the system is too low.
    package static func check() throws(ScrapeServerError) {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        for _ in 0..<needed {
            let descriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw .tooFewDescriptors(errno: errno) }
            descriptors.append(descriptor)
        }
    }
}

extension ScrapeServerError {
    fileprivate static func tooFewDescriptors(errno: Int32) -> ScrapeServerError {
        let reason = unsafe String(cString: strerror(errno))
        let advice = errno == ENFILE ? "raise fs.file-max" : "raise the limit (ulimit -n, LimitNOFILE of systemd)"
        return ScrapeServerError(
            .system, errno: errno, "cannot open the descriptors that a server needs (\(reason)): \(advice)")
    }
}
