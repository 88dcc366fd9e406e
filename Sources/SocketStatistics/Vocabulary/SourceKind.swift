// SPDX-License-Identifier: Apache-2.0

/// Where the statistics come from.
public enum SourceKind: String, Sendable, Hashable, CaseIterable {
    /// A sock_diag dump over netlink.
    case netlink
    /// `/proc/net/tcp` and `/proc/net/tcp6`.
    case proc
}
