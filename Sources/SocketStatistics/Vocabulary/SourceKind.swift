// SPDX-License-Identifier: Apache-2.0

/// Where statistics come from: the name of a source in logs and labels.
public struct SourceKind: Sendable, Hashable, CustomStringConvertible {
    /// A BPF program that walks the kernel's hash tables.
    public static let bpf = SourceKind("bpf")
    /// A sock_diag dump over netlink.
    public static let netlink = SourceKind("netlink")
    /// `/proc/net/tcp` and `/proc/net/tcp6`.
    public static let proc = SourceKind("proc")

    /// A short word in lower case.
    public let description: String

    /// Names a kind of source. The names of this library's own are ``bpf``, ``netlink`` and ``proc``.
    public init(_ name: String) {
        description = name
    }
}
