// SPDX-License-Identifier: Apache-2.0

/// The kind of a UNIX socket, which tells how it carries data.
public enum UNIXSocketKind: Sendable, Hashable, CaseIterable {
    /// A stream of bytes (SOCK_STREAM).
    case stream
    /// Single messages (SOCK_DGRAM).
    case datagram
    /// Messages over a connection (SOCK_SEQPACKET).
    case sequencedPacket

    /// The word for the kind in the exposition: `stream`, `dgram`, `seqpacket`. It is stable.
    public var name: String {
        switch self {
        case .stream: "stream"
        case .datagram: "dgram"
        case .sequencedPacket: "seqpacket"
        }
    }
}

/// The state of a UNIX socket, by the kernel's name for it.
public enum UNIXState: Sendable, Hashable, CaseIterable {
    /// Connected to a peer.
    case established
    /// Neither connected nor listening.
    case close
    /// Waiting for connections.
    case listen

    /// The word for the state in the exposition. It is stable.
    public var name: String {
        switch self {
        case .established: "established"
        case .close: "close"
        case .listen: "listen"
        }
    }
}

/// The counts of the UNIX sockets of a network namespace: the result of a scan.
///
/// What was not counted is nil, never zero. The server's end of a connection is counted once it was accepted; until then
/// it is a part of the listener's backlog.
public struct UNIXStatistics: Sendable, Hashable {
    /// The sockets counted together.
    public struct Group: Sendable, Hashable {
        /// The kind of the sockets.
        public var kind: UNIXSocketKind
        /// The state that the sockets are in.
        public var state: UNIXState

        /// Creates a group.
        public init(_ kind: UNIXSocketKind, _ state: UNIXState) {
            self.kind = kind
            self.state = state
        }

        /// All groups that there may be: a datagram socket does not listen.
        public static let all = UNIXSocketKind.allCases.flatMap { kind in
            UNIXState.allCases.filter { kind != .datagram || $0 != .listen }.map { Group(kind, $0) }
        }
    }

    /// Sockets by kind and state.
    public var sockets: [Group: UInt64]
    /// Listening sockets by name; nil where they were not counted.
    ///
    /// Where there are very many, those with a full queue and those with the longest queues are told by name, and the
    /// others together.
    public var listeners: Breakdown<UNIXSocketName, UNIXListener>?

    /// Creates statistics from counts that were taken elsewhere; what is left out was not counted.
    public init(sockets: [Group: UInt64] = [:], listeners: Breakdown<UNIXSocketName, UNIXListener>? = nil) {
        self.sockets = sockets
        self.listeners = listeners
    }

    /// Sockets of a kind in a state; nil where they were not counted.
    public subscript(kind: UNIXSocketKind, state: UNIXState) -> UInt64? {
        sockets[Group(kind, state)]
    }

    /// All sockets counted.
    public var total: UInt64 {
        sockets.values.reduce(0, +)
    }
}

/// The sockets that listen on a name, added up. There may be several: a path can be bound again once its file was
/// removed, or in another file system, and each kind of socket has abstract names of its own.
public struct UNIXListener: Sendable, Hashable {
    /// How many sockets share the name.
    public var sockets: UInt64
    /// Connections that wait to be accepted.
    public var backlog: UInt64
    /// How many may wait. The kernel admits one more for each socket.
    public var backlogLimit: UInt64
    /// Sockets whose queue is full: the next connection waits for a place, or fails.
    public var fullSockets: UInt64

    /// Creates the numbers of one socket, or of several that were added up elsewhere.
    ///
    /// What is left out is derived from the sums, as if there were one socket.
    public init(sockets: UInt64 = 1, backlog: UInt64, backlogLimit: UInt64, fullSockets: UInt64? = nil) {
        self.sockets = sockets
        self.backlog = backlog
        self.backlogLimit = backlogLimit
        self.fullSockets = fullSockets ?? (backlog > backlogLimit ? 1 : 0)
    }

    /// Both together.
    public static func + (left: UNIXListener, right: UNIXListener) -> UNIXListener {
        UNIXListener(
            sockets: left.sockets + right.sockets, backlog: left.backlog + right.backlog,
            backlogLimit: left.backlogLimit + right.backlogLimit, fullSockets: left.fullSockets + right.fullSockets)
    }
}

/// A scan of UNIX sockets.
public typealias UNIXScan = Scan<UNIXStatistics>
