// SPDX-License-Identifier: Apache-2.0

@testable import SocketStatistics

/// Lines of `/proc/net/tcp` and `tcp6` as the kernel writes them.
enum ProcText {
    static let title = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n
        """
    static let title6 = """
          sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n
        """

    /// One line of `tcp`; the kernel pads it to 150 bytes.
    ///
    /// - Parameter owner: the user, the timeout and the inode number.
    static func line(
        slot: Int = 0, state: String = "01", sending: String = "00000000", receiving: String = "00000000",
        timer: String = "00", expiry: String = "00000000", port: String = "1F90", owner: String = "    0        0 1234",
        references: String = "1"
    ) -> String {
        let slot = String(repeating: " ", count: max(0, 4 - "\(slot)".count)) + "\(slot)"
        let text =
            "\(slot): 0100007F:\(port) 0100007F:D2F0 \(state) \(sending):\(receiving) \(timer):\(expiry) 00000000 "
            + "\(owner) \(references) 0000000000000000 20 4 30 10 -1"
        return text + String(repeating: " ", count: max(0, 149 - text.count)) + "\n"
    }

    /// One line of `tcp6`.
    static func line6(state: String = "01") -> String {
        "   0: 00000000000000000000000001000000:1F90 00000000000000000000000001000000:D2F0 \(state) 00000001:00000002"
            + " 02:000AB123 00000000     0        0 1234 2 0000000000000000 20 4 30 10 -1\n"
    }

    /// Parses a text that arrives in pieces of a size.
    static func parse(
        _ text: String, _ family: AddressFamily = .ipv4, pieces: Int = .max
    ) throws(ProcSyntaxError) -> TCPStatistics {
        var tally = ProcTCPTally()
        try parse(Array(text.utf8), family, pieces: pieces, into: &tally)
        return tally.statistics
    }

    static func parse(
        _ bytes: [UInt8], _ family: AddressFamily, pieces: Int, readsInodes: Bool = false,
        into tally: inout ProcTCPTally
    ) throws(ProcSyntaxError) {
        var parser = ProcTCPParser(family, readsInodes: readsInodes)
        var start = 0
        while start < bytes.count {
            let end = pieces < bytes.count - start ? start + pieces : bytes.count
            try parser.read(bytes.span.extracting(start..<end), into: &tally)
            start = end
        }
        try parser.finish()
    }
}
