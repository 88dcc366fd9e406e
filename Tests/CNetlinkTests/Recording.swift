// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Testing

/// The datagrams that a kernel once sent, and what they answered. `Fixtures/README.md` describes the format.
struct Recording {
    let messageType: UInt16
    let sequence: UInt32
    let portID: UInt32
    let states: UInt32
    let datagrams: [[UInt8]]

    init(named name: String) throws {
        let contents = try Fixture.read(name + ".dump")
        var rest = contents[...]
        try #require(rest.prefix(8).elementsEqual("CNLDUMP1".utf8), "\(name) is not a recording")
        rest = rest.dropFirst(8)
        sequence = rest.takeInteger()
        portID = rest.takeInteger()
        states = rest.takeInteger()
        messageType = rest.takeInteger()
        _ = rest.takeInteger(as: UInt16.self)
        var datagrams: [[UInt8]] = []
        while !rest.isEmpty {
            let size = Int(rest.takeInteger(as: UInt32.self))
            try #require(size <= rest.count, "\(name) ends inside a datagram")
            datagrams.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        self.datagrams = datagrams
    }

    /// A reply that expects these datagrams.
    var replay: Replay {
        Replay(
            messageType: messageType, sequence: sequence, portID: portID,
            closedIsBoundInactive: states & (1 << UInt32(CST_BOUND_INACTIVE)) != 0)
    }

    /// The messages of all datagrams, each with its padding.
    var messages: [[UInt8]] {
        datagrams.flatMap(Message.split)
    }
}
