// SPDX-License-Identifier: Apache-2.0

/// A netlink message as the kernel would send it, or nearly.
struct Message: Sendable {
    static let defaultType: UInt16 = 18
    static let defaultSequence: UInt32 = 7
    static let defaultPortID: UInt32 = 4242
    static let headerSize = 16

    var type = Self.defaultType
    var flags: UInt16 = 2
    var sequence = Self.defaultSequence
    var portID = Self.defaultPortID
    var payload: [UInt8] = []

    /// The bytes, padded to a multiple of 4 as between messages.
    var bytes: [UInt8] {
        let size = UInt32(Self.headerSize + payload.count)
        let header =
            [UInt8](littleEndian: size) + [UInt8](littleEndian: type) + [UInt8](littleEndian: flags)
            + [UInt8](littleEndian: sequence) + [UInt8](littleEndian: portID)
        return header + payload.padded
    }

    /// The end of a dump, with its payload of 4 bytes.
    static let done = Message(type: 3, payload: [0, 0, 0, 0])

    /// NLMSG_ERROR: the number, and the header of the request that it answers.
    static func error(_ number: Int32) -> Message {
        Message(type: 2, flags: 0, payload: [UInt8](littleEndian: number) + [UInt8](repeating: 0, count: 16))
    }

    /// The messages of a good datagram, each with its padding.
    static func split(_ datagram: [UInt8]) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var offset = 0
        while offset < datagram.count {
            let size = (Int(datagram.integer(at: offset, as: UInt32.self)) + 3) & ~3
            messages.append(Array(datagram[offset..<offset + size]))
            offset += size
        }
        return messages
    }
}

/// A `struct inet_diag_msg` with its attributes.
struct SocketMessage: Sendable {
    static let fixedSize = 72

    var family: UInt8 = 2
    var state: UInt8 = 1
    var timer: UInt8 = 0
    var receiveQueue: UInt32 = 0
    var sendQueue: UInt32 = 0
    var port: UInt16 = 0
    var source: [UInt8] = []
    var remotePort: UInt16 = 0
    var destination: [UInt8] = []
    var interface: UInt32 = 0
    var inode: UInt32 = 0
    var attributes: [UInt8] = []

    /// A netlink attribute with its padding; `length` overrides what is true.
    static func attribute(_ type: UInt16, length: UInt16? = nil, value: [UInt8] = []) -> [UInt8] {
        [UInt8](littleEndian: length ?? UInt16(4 + value.count)) + [UInt8](littleEndian: type) + value.padded
    }

    var payload: [UInt8] {
        var fixed = [UInt8](repeating: 0, count: Self.fixedSize)
        fixed[0] = family
        fixed[1] = state
        fixed[2] = timer
        fixed.put(port.byteSwapped, at: 4)
        fixed.replaceSubrange(8..<8 + source.count, with: source)
        fixed.put(remotePort.byteSwapped, at: 6)
        fixed.replaceSubrange(24..<24 + destination.count, with: destination)
        fixed.put(interface, at: 40)
        fixed.put(receiveQueue, at: 56)
        fixed.put(sendQueue, at: 60)
        fixed.put(inode, at: 68)
        return fixed + attributes
    }

    var bytes: [UInt8] {
        Message(payload: payload).bytes
    }
}

extension [UInt8] {
    fileprivate var padded: [UInt8] {
        self + [UInt8](repeating: 0, count: -count & 3)
    }
}
