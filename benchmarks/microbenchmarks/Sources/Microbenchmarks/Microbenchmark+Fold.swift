// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes

extension Microbenchmark {
    /// The fold of what a 6.18 kernel answered to one dump of both families.
    static var fold: Microbenchmark {
        Microbenchmark(name: "fold recorded dump", runs: 1_000) { () throws(MicrobenchmarkError) in
            let dump = try RecordedDump("Tests/CNetlinkTests/Fixtures/6.18-both.dump")
            return {
                let sockets = try dump.fold()
                guard sockets > 0 else { throw MicrobenchmarkError("The recorded dump holds no socket.") }
            }
        }
    }
}

/// The datagrams of a recording; `Tests/CNetlinkTests/Fixtures/README.md` describes the format.
private struct RecordedDump {
    private let sequence: UInt32
    private let portID: UInt32
    private let messageType: UInt16
    private let datagrams: [[UInt8]]

    init(_ path: String) throws(MicrobenchmarkError) {
        let bytes = try RecordedFile.read(path)
        var rest = bytes[...]
        guard rest.starts(with: "CNLDUMP1".utf8), rest.count >= 24 else {
            throw MicrobenchmarkError("\(path) is not a recorded dump.")
        }
        rest.removeFirst(8)
        sequence = rest.takeInteger()
        portID = rest.takeInteger()
        rest.removeFirst(4)
        messageType = rest.takeInteger()
        rest.removeFirst(2)
        var datagrams: [[UInt8]] = []
        while rest.count >= 4 {
            let size = Int(rest.takeInteger(as: UInt32.self))
            guard size <= rest.count else { throw MicrobenchmarkError("\(path) ends inside a datagram.") }
            datagrams.append(Array(rest.prefix(size)))
            rest.removeFirst(size)
        }
        self.datagrams = datagrams
    }

    /// The sockets of the answer.
    func fold() throws(MicrobenchmarkError) -> UInt64 {
        var counts = cnl_tcp_counts()
        let progress = unsafe withUnsafeMutablePointer(to: &counts) { counts in
            var fold = unsafe cnl_tcp_fold(
                counts: counts, listeners: nil, ports: nil, destinations: nil, cgroups: nil, latency: nil,
                idleness: nil, filter: nil, closed_is_bound_inactive: false)
            return unsafe withUnsafeMutablePointer(to: &fold) { unsafe play(cnl_tcp_reader($0)) }
        }
        guard progress == CNL_COMPLETE else { throw MicrobenchmarkError("The recorded dump cannot be folded.") }
        return (0..<UInt32(CST_STATES)).reduce(0) { sum, state in
            unsafe sum + cnl_connections(&counts, UInt32(CST_IPV4), state)
                + cnl_connections(&counts, UInt32(CST_IPV6), state)
        }
    }

    private func play(_ reader: cnl_reader) -> cnl_progress {
        var reply = unsafe cnl_reply()
        unsafe reply.message_type = messageType
        unsafe reply.sequence = sequence
        unsafe reply.port_id = portID
        unsafe reply.reader = reader
        var progress = CNL_MORE
        for datagram in datagrams where progress == CNL_MORE {
            unsafe datagram.withUnsafeBufferPointer { bytes in
                guard let start = bytes.baseAddress else { return }
                progress = unsafe cnl_reply_datagram(&reply, start, bytes.count)
            }
        }
        return progress
    }
}

extension ArraySlice<UInt8> {
    /// Removes a little-endian integer; the caller has checked that it is there.
    fileprivate mutating func takeInteger<Integer: FixedWidthInteger>(as type: Integer.Type = Integer.self) -> Integer {
        let size = Integer.bitWidth / 8
        defer { removeFirst(size) }
        return prefix(size).reversed().reduce(0) { $0 << 8 | Integer($1) }
    }
}
