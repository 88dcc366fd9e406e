// SPDX-License-Identifier: Apache-2.0

internal import CSocketTypes
internal import SystemPackage

/// The ports from which the kernel opens connections: `net.ipv4.ip_local_port_range` without
/// `net.ipv4.ip_local_reserved_ports`.
struct EphemeralPorts: Hashable {
    static let none = EphemeralPorts(bits: [UInt8](repeating: 0, count: Int(CST_PORT_SET_SIZE)))

    /// One bit for each port, as the C targets take it.
    private(set) var bits: [UInt8]

    /// Those of the calling thread's network namespace; nil where they cannot be read.
    static var current: EphemeralPorts? {
        func text(_ name: String) -> SysctlText? {
            let path = FilePath("/proc/sys/net/ipv4").appending(name)
            return (try? ShortFile.text(path)).flatMap { $0 }.map { SysctlText($0, at: path) }
        }
        guard let range = try? text("ip_local_port_range")?.portRange(),
            let reserved = try? text("ip_local_reserved_ports")?.ports()
        else { return nil }
        return EphemeralPorts(range, reserved: reserved)
    }

    private init(bits: [UInt8]) {
        self.bits = bits
    }

    init(_ range: ClosedRange<UInt16>, reserved: [ClosedRange<UInt16>] = []) {
        self = .none
        for port in range {
            bits[Int(port / 8)] |= 1 << (port % 8)
        }
        for port in reserved.joined() {
            bits[Int(port / 8)] &= ~(1 << (port % 8))
        }
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
