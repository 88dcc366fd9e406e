// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// A set of UDP ports, of 16 KiB whatever is in it. Its elements come in their order.
struct UDPPortSet: Sendable, Equatable {
    private static let families = 2
    private static let wordCount = families * (Int(UInt16.max) + 1) / UInt64.bitWidth

    private var words = [UInt64](repeating: 0, count: Self.wordCount)

    /// Creates a set of some ports.
    init(_ ports: some Sequence<UDPStatistics.Port> = EmptyCollection()) {
        for port in ports {
            let bit = Self.bit(of: port)
            words[bit / UInt64.bitWidth] |= 1 << (bit % UInt64.bitWidth)
        }
    }

    /// The ports that are in another set too.
    func intersection(_ other: UDPPortSet) -> UDPPortSet {
        var common = self
        for index in common.words.indices {
            common.words[index] &= other.words[index]
        }
        return common
    }

    /// Calls `body` with each port, in order.
    func forEach(_ body: (UDPStatistics.Port) -> Void) {
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                body(Self.port(of: index * UInt64.bitWidth + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
    }

    private static func bit(of port: UDPStatistics.Port) -> Int {
        families * Int(port.number) + (port.family == .ipv6 ? 1 : 0)
    }

    private static func port(of bit: Int) -> UDPStatistics.Port {
        UDPStatistics.Port(bit % families == 0 ? .ipv4 : .ipv6, UInt16(truncatingIfNeeded: bit / families))
    }
}
