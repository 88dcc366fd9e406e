// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// What uname(2) tells of the system: the node's names are those of the UTS namespace that the process is in.
package struct SystemName: Sendable, Hashable {
    package var system: String
    package var release: String
    package var version: String
    package var machine: String
    package var node: String
    package var domain: String

    package init(
        system: String, release: String, version: String, machine: String, node: String, domain: String
    ) {
        self.system = system
        self.release = release
        self.version = version
        self.machine = machine
        self.node = node
        self.domain = domain
    }
}

extension SystemName {
    /// Asks the kernel.
    package static func current() throws(SourceError) -> SystemName {
        var name = utsname()
        guard unsafe uname(&name) == 0 else {
            let errno = Errno(rawValue: errno)
            throw SourceError(.systemCallFailed, errno: errno, "uname failed: \(errno)")
        }
        return SystemName(
            system: text(name.sysname), release: text(name.release), version: text(name.version),
            machine: text(name.machine), node: text(name.nodename), domain: text(name.__domainname))
    }

    /// The text up to the 0 byte, with replacement characters for what is not UTF-8.
    private static func text(_ name: some Any) -> String {
        unsafe withUnsafeBytes(of: name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
