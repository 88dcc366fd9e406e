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
        let reader = ProcFileReader()
        let directory: FilePath = "/proc/sys/net/ipv4"
        guard
            let range = try? reader.text(directory.appending("ip_local_port_range")),
            let reserved = try? reader.text(directory.appending("ip_local_reserved_ports"))
        else { return nil }
        return EphemeralPorts(range: range, reserved: reserved)
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

    /// - Parameters:
    ///   - range: The first and the last port: `32768	60999`.
    ///   - reserved: Ports and ranges of ports, or nothing: `8080,9000-9100`.
    init?(range: String, reserved: String) {
        let bounds = range.split(whereSeparator: \.isWhitespace).map { UInt16($0) }
        guard bounds.count == 2, let first = bounds[0], let last = bounds[1], first <= last else { return nil }
        var ranges: [ClosedRange<UInt16>] = []
        for item in reserved.split(whereSeparator: { $0.isWhitespace || $0 == "," }) {
            let bounds = item.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
            guard (1...2).contains(bounds.count), let first = bounds[0], let last = bounds[bounds.count - 1],
                first <= last
            else { return nil }
            ranges.append(first...last)
        }
        self.init(first...last, reserved: ranges)
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
