// SPDX-License-Identifier: Apache-2.0

internal import CSocketTypes
internal import SystemPackage

/// The ports from which the kernel opens connections: `net.ipv4.ip_local_port_range` without
/// `net.ipv4.ip_local_reserved_ports`.
struct EphemeralPorts: Hashable {
    static let none = EphemeralPorts(bits: [UInt8](repeating: 0, count: Int(CST_PORT_SET_SIZE)))

    /// One bit for each port, as the C targets take it.
    private(set) var bits: [UInt8]

    private static let rangeFile = "ipv4/ip_local_port_range"
    private static let reservedFile = "ipv4/ip_local_reserved_ports"

    /// The files of `/proc/sys/net` that tell of them.
    static let files = [rangeFile, reservedFile]

    /// Reads them; nil where there is no file of them.
    ///
    /// - Parameter text: The text of a file of `/proc/sys/net`.
    static func read(
        _ text: (_ name: String) throws(SourceError) -> SysctlText?
    ) throws(SourceError) -> EphemeralPorts? {
        guard let range = try text(rangeFile) else { return nil }
        return EphemeralPorts(try range.portRange(), reserved: try text(reservedFile)?.ports() ?? [])
    }

    /// Those of the calling thread's network namespace; nil where they cannot be read.
    static var current: EphemeralPorts? {
        try? read { name throws(SourceError) in
            let path = FilePath("/proc/sys/net").appending(name)
            return try ShortFile.text(path).map { SysctlText($0, at: path) }
        }
    }

    private init(bits: [UInt8]) {
        self.bits = bits
    }

    init(_ range: ClosedRange<UInt16>, reserved: [ClosedRange<UInt16>] = []) {
        self = .none
        for byte in Self.bytes(of: range) {
            bits[byte] |= Self.bits(of: range, in: byte)
        }
        for ports in reserved {
            for byte in Self.bytes(of: ports) {
                bits[byte] &= ~Self.bits(of: ports, in: byte)
            }
        }
    }

    /// The bytes with a bit of a range.
    private static func bytes(of range: ClosedRange<UInt16>) -> ClosedRange<Int> {
        Int(range.lowerBound / 8)...Int(range.upperBound / 8)
    }

    /// The bits of a range in one of its bytes.
    private static func bits(of range: ClosedRange<UInt16>, in byte: Int) -> UInt8 {
        let first = max(Int(range.lowerBound) - 8 * byte, 0)
        let last = min(Int(range.upperBound) - 8 * byte, 7)
        return (0xff << first) & (0xff >> (7 - last))
    }

    /// How many there are.
    var count: UInt64 {
        bits.reduce(0) { $0 + UInt64($1.nonzeroBitCount) }
    }

    func contains(_ port: UInt16) -> Bool {
        bits[Int(port / 8)] & 1 << (port % 8) != 0
    }
}

extension TCPStatistics.EphemeralPortUse {
    /// - Parameters:
    ///   - busiestDestination: The most sockets that go to one destination.
    ///   - usedPorts: How many of the ports have a socket that does not listen.
    ///   - listening: The sockets that listen.
    ///   - isUsed: Whether a port is among the used ones.
    init(
        busiestDestination: UInt64, usedPorts: Int, of ports: EphemeralPorts, listening: [ListeningSocket],
        isUsed: (UInt16) -> Bool
    ) {
        let others = Set(listening.map(\.endpoint.port)).count { ports.contains($0) && !isUsed($0) }
        self.init(portsInUse: UInt64(usedPorts + others), busiestDestination: busiestDestination)
    }
}
