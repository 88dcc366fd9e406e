// SPDX-License-Identifier: Apache-2.0

/// Numbers of the kernel's network stack, which it keeps without looking at its sockets: counters of segments,
/// datagrams and connections, and numbers of sockets.
///
/// They are those of one network namespace, under the names that procfs and `nstat` give them. A number that the kernel
/// does not have is absent, never zero. ``KernelStatisticsSource`` reads them.
public struct KernelStatistics: Sendable, Hashable {
    /// A file of `/proc/net`.
    public enum File: String, Sendable, Hashable, CaseIterable {
        /// Counters of IPv4, ICMP and UDP, and those that TCP has for both families.
        case snmp
        /// Counters of IPv6, ICMPv6 and UDP over IPv6; missing where the kernel has no IPv6.
        case snmp6
        /// Linux's own counters of TCP and IPv4.
        case netstat
        /// Sockets of IPv4, and what TCP and UDP have for both families.
        case sockstat
        /// Sockets of IPv6; missing where the kernel has no IPv6.
        case sockstat6
    }

    /// What a number is called.
    public struct Field: Sendable, Hashable {
        /// The file that it is in.
        public var file: File
        /// The protocol, as `TcpExt` or `Udp6`.
        public var group: String
        /// The number's name within the protocol, as `ListenDrops`.
        public var name: String

        /// Creates a name from its parts.
        public init(_ file: File, _ group: String, _ name: String) {
            self.file = file
            self.group = group
            self.name = name
        }
    }

    /// Fields to read, prepared once for many readings.
    public struct Selection: Sendable {
        /// The fields.
        public let fields: Set<Field>
        /// The same by their files.
        let files: [(file: File, groups: [KernelStatisticsParser.Group])]

        /// Creates a selection; only the files that the fields are in will be read.
        public init(_ fields: Set<Field>) {
            self.fields = fields
            files = File.allCases.compactMap { file in
                let fields = fields.filter { $0.file == file }
                return fields.isEmpty ? nil : (file, KernelStatisticsParser.groups(fields))
            }
        }
    }

    /// The numbers. All are of 64 bits, and none is negative except `MaxConn` of TCP, which is -1 for "no limit".
    public var values: [Field: Int128]
    /// Why numbers of a file are absent: all of them where it could not be read.
    public var failures: [File: SourceError]
    /// Whether the kernel has IPv6: where it has not, the numbers of IPv6 are absent and a sum of both families lacks
    /// nothing.
    public var hasIPv6: Bool
    /// The bytes of a page: the unit of the numbers `mem`.
    public var pageSize: Int

    /// Creates statistics from numbers that were read elsewhere.
    public init(
        _ values: [Field: Int128] = [:], failures: [File: SourceError] = [:], hasIPv6: Bool = true, pageSize: Int = 4096
    ) {
        self.values = values
        self.failures = failures
        self.hasIPv6 = hasIPv6
        self.pageSize = pageSize
    }

    /// The number of a field; nil where the kernel does not have it, or it was not read.
    public subscript(field: Field) -> Int128? {
        values[field]
    }

    /// Why numbers are absent that were asked for and that the kernel has; nil where nothing failed.
    public var failure: SourceError? {
        let failures = File.allCases.compactMap { self.failures[$0] }
        guard var failure = failures.first else { return nil }
        failure.description = failures.map(\.description).joined(separator: "; ")
        return failure
    }
}
