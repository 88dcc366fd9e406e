// SPDX-License-Identifier: Apache-2.0

/// What identifies a network namespace beside its inode number, which the kernel soon uses again.
public struct NamespaceIdentity: Sendable, Hashable {
    /// The kernel's number of the namespace, which it never uses again (SO_NETNS_COOKIE). Nil where it is not known.
    public var cookie: UInt64?
    /// The cgroup of one of the namespace's sockets or processes: its number, which is the inode number of its directory
    /// under the cgroup2 mount. Nil where it is not known.
    public var cgroup: UInt64?
    /// Whether it belongs to another user namespace than this process, so that any user can have created it. False where
    /// that is not known.
    public var isOfTenant: Bool

    /// Creates an identity; what is left out is not known.
    public init(cookie: UInt64? = nil, cgroup: UInt64? = nil, isOfTenant: Bool = false) {
        self.cookie = cookie
        self.cgroup = cgroup
        self.isOfTenant = isOfTenant
    }
}

extension NamespaceStatistics.Member {
    /// What identifies the namespace.
    package var identity: NamespaceIdentity {
        NamespaceIdentity(cookie: cookie, cgroup: cgroup, isOfTenant: isOfTenant)
    }
}
