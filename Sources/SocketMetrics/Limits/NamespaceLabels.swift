// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// What network namespaces are called in the label `netns`, whatever is counted in them.
extension NamespaceNames {
    /// Words that stand for something else.
    private static let reserved: Set = ["self", otherLabel, ""]

    /// What each namespace is called.
    ///
    /// - Parameter cgroups: what namespaces were called in the scan before, by their cookies; afterwards in this one.
    func labels(
        of namespaces: [UInt32: NamespaceIdentity], _ cgroups: inout [UInt64: String]
    ) -> [UInt32: String] {
        var labels: [UInt32: String] = [:]
        var known: [UInt64: String] = [:]
        for (inode, identity) in namespaces {
            let cgroup = identity.cookie.flatMap { cgroups[$0] } ?? cgroup(of: identity)
            if let cookie = identity.cookie {
                known[cookie] = cgroup
            }
            labels[inode] = name(of: inode) ?? cgroup ?? Self.number(of: inode, identity.cookie)
        }
        cgroups = known
        return labels
    }

    /// Whose a namespace is.
    func standing(of inode: UInt32, isOfTenant: Bool) -> Standing {
        isNamed(inode) ? .named : isOfTenant ? .tenant : .host
    }

    /// Whether a namespace is called by a name under `/run/netns`.
    func isNamed(_ inode: UInt32) -> Bool {
        name(of: inode) != nil
    }

    /// The name under `/run/netns`, unless it would be taken for something else.
    func name(of inode: UInt32) -> String? {
        names[inode].flatMap { name in
            let isAmbiguous = Self.reserved.contains(name) || name.hasPrefix("net:[") || name.hasPrefix("/")
            return isAmbiguous ? nil : name
        }
    }

    /// The path of a namespace's cgroup. The root is everybody's.
    private func cgroup(of identity: NamespaceIdentity) -> String? {
        identity.cgroup.flatMap { cgroups[$0] }.flatMap { $0.hasPrefix("/") && $0 != "/" ? $0 : nil }
    }

    /// The inode number, as the kernel writes it, with the cookie: the kernel soon uses inode numbers again.
    private static func number(of inode: UInt32, _ cookie: UInt64?) -> String {
        "net:[\(inode)]" + (cookie.map { "@\($0)" } ?? "")
    }
}
