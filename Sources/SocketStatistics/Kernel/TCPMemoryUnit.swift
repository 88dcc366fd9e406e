// SPDX-License-Identifier: Apache-2.0

/// What TCP's memory is counted in.
enum TCPMemoryUnit {
    /// The bytes of a page of memory in `/proc/net/sockstat`; those of the limits in `tcp_mem` are always the system's.
    ///
    /// Before Linux 6.0 they are 4,096, also where the system's pages are larger.
    ///
    /// - Parameter release: the kernel's, as `6.1.0-42-arm64`; nil where it is not known.
    static func bytes(pageSize: UInt64, release: String?) -> UInt64 {
        guard let major = release.flatMap({ UInt($0.prefix { $0.isASCII && $0.isNumber }) }), major < 6 else {
            return pageSize
        }
        return min(pageSize, 4096)
    }
}
