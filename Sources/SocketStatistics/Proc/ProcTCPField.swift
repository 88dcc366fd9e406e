// SPDX-License-Identifier: Apache-2.0

/// The fields of a line of `/proc/net/tcp` or `tcp6`, up to the last one that is needed, in their order:
///
///       sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
///        0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1234 2 …
///
/// The number of references, behind the inode number, has no title.
enum ProcTCPField: UInt8 {
    case title
    case slot
    case slotGap
    case localAddress
    case localPort
    case remoteAddress
    case remotePort
    case state
    case transmitQueue
    case receiveQueue
    case timer
    case timerExpiry
    case retransmits
    case user
    case timeout
    case inode
    case references
    case rest

    /// The byte that ends the field.
    var terminator: UInt8 {
        switch self {
        case .title, .rest: UInt8(ascii: "\n")
        case .slot, .localAddress, .remoteAddress, .transmitQueue, .timer: UInt8(ascii: ":")
        case .slotGap, .localPort, .remotePort, .state, .receiveQueue, .timerExpiry, .retransmits, .user, .timeout,
            .inode, .references:
            UInt8(ascii: " ")
        }
    }

    /// Whether the field is a decimal number; the others are hexadecimal.
    var isDecimal: Bool {
        switch self {
        case .slot, .user, .timeout, .inode, .references: true
        default: false
        }
    }

    /// Whether spaces may precede the number.
    var isPadded: Bool {
        switch self {
        case .slot, .user, .timeout: true
        default: false
        }
    }

    /// How many digits the field has.
    func digits(_ family: AddressFamily) -> ClosedRange<Int> {
        switch self {
        case .title, .rest, .slotGap: 0...0
        case .slot, .user, .timeout, .references: 1...10
        case .localAddress, .remoteAddress: family == .ipv4 ? 8...8 : 32...32
        case .localPort, .remotePort: 4...4
        case .state, .timer: 2...2
        case .transmitQueue, .receiveQueue, .retransmits: 8...8
        case .timerExpiry: 8...16
        case .inode: 1...20
        }
    }

    var next: ProcTCPField {
        ProcTCPField(rawValue: rawValue + 1) ?? .slot
    }

    /// The field's name in an error message.
    var name: String {
        switch self {
        case .title: "title"
        case .slot, .slotGap: "sl"
        case .localAddress, .localPort: "local_address"
        case .remoteAddress, .remotePort: "rem_address"
        case .state: "st"
        case .transmitQueue: "tx_queue"
        case .receiveQueue: "rx_queue"
        case .timer: "tr"
        case .timerExpiry: "tm->when"
        case .retransmits: "retrnsmt"
        case .user: "uid"
        case .timeout: "timeout"
        case .inode: "inode"
        case .references: "references"
        case .rest: "end of line"
        }
    }
}
