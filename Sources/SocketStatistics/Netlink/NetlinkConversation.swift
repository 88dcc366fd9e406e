// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import SystemPackage

/// The dialogue with the kernel across scans: the open socket, and what was learned about the kernel.
struct NetlinkConversation: ~Copyable {
    /// All that a network namespace is asked for.
    struct Answer {
        var counts: cnl_tcp_counts
        var containsBoundInactive: Bool
        var listening: [ListeningSocket]
        var ports: Breakdown<UInt16, StateCounts>
    }

    /// How often a question is asked again before it is given up.
    private static let retryLimit = 3
    private static let listenState = UInt32(1) << UInt32(CNL_LISTEN)
    private static let closeState = UInt32(1) << UInt32(CNL_CLOSE)
    private static let boundInactiveState = UInt32(1) << UInt32(CNL_BOUND_INACTIVE)

    private let wantsBoundInactive: Bool
    private let namespace: FileDescriptor?
    private var socket: NetlinkSocket?
    private var requests = [CNL_REQUEST_BOTH_FAMILIES]
    private var reportsBoundInactive: Bool?
    private var ports: NetlinkPorts?
    private var listenerCapacity = 256
    private var busyPorts: Set<UInt16> = []
    private(set) var repeats: UInt64 = 0

    /// - Parameter namespace: the network namespace to ask, open until the first question is answered; nil for that of the
    ///   thread that asks first.
    init(wantsBoundInactive: Bool = false, namespace: FileDescriptor? = nil) {
        self.wantsBoundInactive = wantsBoundInactive
        self.namespace = namespace
    }

    // MARK: The questions

    /// Asks for everything about the sockets of a filter.
    mutating func ask(
        _ filter: ScanFilter, until deadline: ContinuousClock.Instant?
    ) throws(NetlinkSocket.Failure) -> Answer {
        try attempt(until: deadline) { conversation, requests, socket throws(NetlinkSocket.Failure) in
            let filter = try conversation.netlinkFilter(filter, requests, on: socket)
            var counts = cnl_tcp_counts()
            let records = try conversation.listening(requests, filter, on: socket, into: &counts)
            var names = InterfaceNames()
            let listening = records.map { record in
                ListeningSocket(record, interface: names.name(of: record.interface) { socket.interfaceName($0) })
            }
            let slots = PortSlots(listening, preferring: conversation.busyPorts)
            let ports = if let kept = conversation.ports.take() { kept } else { try NetlinkPorts() }
            ports.begin(slots)
            let states = try conversation.states(on: socket) & ~Self.listenState
            for request in requests {
                try socket.dump(request, states: states, filter, into: &counts, ports: ports)
            }
            let statistics = ports.breakdown(slots)
            conversation.busyPorts = statistics.busiestPorts
            conversation.ports = consume ports
            return Answer(
                counts: counts, containsBoundInactive: states & Self.boundInactiveState != 0, listening: listening,
                ports: statistics)
        }
    }

    /// Asks for the sockets of a filter in a namespace: how many are in each state, and those that listen.
    mutating func askForMember(
        _ filter: ScanFilter, until deadline: ContinuousClock.Instant?
    ) throws(NetlinkSocket.Failure) -> NamespaceStatistics.Member {
        try attempt(until: deadline) { conversation, requests, socket throws(NetlinkSocket.Failure) in
            let filter = try conversation.netlinkFilter(filter, requests, on: socket)
            var counts = cnl_tcp_counts()
            let records = try conversation.listening(requests, filter, on: socket, into: &counts)
            for request in requests {
                let states = UInt32(CNL_ALL_STATES) & ~Self.listenState
                try socket.dump(request, states: states, filter, into: &counts)
            }
            let listening = records.map { record in
                ListeningSocket(
                    record, interface: record.interface == 0 ? nil : InterfaceNames.text(of: record.interface))
            }
            return NamespaceStatistics.Member(
                connections: counts.connections { $0 != .boundInactive }, listeners: listening.byEndpoint,
                cookie: socket.namespaceCookie, cgroup: counts.cgroup == 0 ? nil : counts.cgroup)
        }
    }

    /// Asks for the sockets that listen.
    mutating func askForListeners(
        until deadline: ContinuousClock.Instant?
    ) throws(NetlinkSocket.Failure) -> [ListeningSocket] {
        try attempt(until: deadline) { conversation, requests, socket throws(NetlinkSocket.Failure) in
            var counts = cnl_tcp_counts()
            var names = InterfaceNames()
            return try conversation.listening(requests, NetlinkFilter(nil), on: socket, into: &counts).map { record in
                ListeningSocket(record, interface: names.name(of: record.interface) { socket.interfaceName($0) })
            }
        }
    }

    /// Asks how many sockets are bound and nothing else; nil where the kernel does not tell.
    mutating func askForBoundInactive(
        until deadline: ContinuousClock.Instant?
    ) throws(NetlinkSocket.Failure) -> cnl_tcp_counts? {
        try attempt(until: deadline) { conversation, requests, socket throws(NetlinkSocket.Failure) in
            let states = try conversation.states(on: socket) & Self.boundInactiveState
            return states == 0 ? nil : try Self.counts(requests, states: states, NetlinkFilter(nil), on: socket)
        }
    }

    // MARK: Asking

    private typealias Question<Reply> = (
        inout NetlinkConversation, _ requests: [cnl_request_kind], borrowing NetlinkSocket
    ) throws(NetlinkSocket.Failure) -> Reply

    /// Asks, again where the answer was not good and a new one may be.
    private mutating func attempt<Reply>(
        until deadline: ContinuousClock.Instant?, _ question: Question<Reply>
    ) throws(NetlinkSocket.Failure) -> Reply {
        for _ in 0..<Self.retryLimit {
            do {
                return try attemptOnce(question)
            } catch {
                guard error.isTransient else { throw error }
                if let deadline, deadline <= .now {
                    throw NetlinkSocket.Failure(reason: CNL_TIMED_OUT, errno: nil, call: nil)
                }
                repeats += 1
            }
        }
        return try attemptOnce(question)
    }

    private mutating func attemptOnce<Reply>(_ question: Question<Reply>) throws(NetlinkSocket.Failure) -> Reply {
        // Taken out while it is used and put back when all is well: after an error the rest of an abandoned answer
        // may still arrive on it, so the next question is asked on a new one.
        let socket = if let kept = socket.take() { kept } else { try NetlinkSocket(namespace: namespace) }
        do {
            let reply = try reply(to: question, on: socket)
            self.socket = consume socket
            return reply
        } catch {
            if error.leavesSocketClean {
                self.socket = consume socket
            }
            throw error
        }
    }

    private mutating func reply<Reply>(
        to question: Question<Reply>, on socket: borrowing NetlinkSocket
    ) throws(NetlinkSocket.Failure) -> Reply {
        do {
            return try question(&self, requests, socket)
        } catch {
            guard error.isUnsupported, requests.count == 1 else { throw error }
        }
        let requestsByFamily = [CNL_REQUEST_IPV4, CNL_REQUEST_IPV6]
        let reply = try question(&self, requestsByFamily, socket)
        requests = requestsByFamily
        return reply
    }

    // MARK: Parts of answers

    private static func counts(
        _ requests: [cnl_request_kind], states: UInt32, _ filter: borrowing NetlinkFilter,
        on socket: borrowing NetlinkSocket
    ) throws(NetlinkSocket.Failure) -> cnl_tcp_counts {
        var counts = cnl_tcp_counts()
        for request in requests {
            try socket.dump(request, states: states, filter, into: &counts)
        }
        return counts
    }

    /// The sockets that listen, which are cheap to ask for: again, with more room, where there are more than expected.
    private mutating func listening(
        _ requests: [cnl_request_kind], _ filter: borrowing NetlinkFilter, on socket: borrowing NetlinkSocket,
        into counts: inout cnl_tcp_counts
    ) throws(NetlinkSocket.Failure) -> [cnl_listener] {
        while true {
            var listenerCounts = cnl_tcp_counts()
            var records: [cnl_listener] = []
            var total = 0
            for request in requests {
                let answer = try socket.dumpListeners(
                    request, filter, capacity: listenerCapacity, into: &listenerCounts)
                records += answer.listeners
                total += answer.total
            }
            if records.count == total {
                counts = listenerCounts
                return records
            }
            listenerCapacity = 2 * total
        }
    }

    /// Asks for the process's own listeners where the filter is about their ports.
    private mutating func netlinkFilter(
        _ filter: ScanFilter, _ requests: [cnl_request_kind], on socket: borrowing NetlinkSocket
    ) throws(NetlinkSocket.Failure) -> NetlinkFilter {
        var ports: [UInt16] = []
        if let own = filter.ownListeners {
            var counts = cnl_tcp_counts()
            ports = try listening(requests, NetlinkFilter(own), on: socket, into: &counts).map(\.port)
        }
        return try NetlinkFilter(filter.selected(listeningPorts: ports))
    }

    private mutating func states(on socket: borrowing NetlinkSocket) throws(NetlinkSocket.Failure) -> UInt32 {
        let all = UInt32(CNL_ALL_STATES)
        guard wantsBoundInactive else { return all }
        if reportsBoundInactive == nil {
            do {
                reportsBoundInactive = try socket.reportsBoundInactive()
            } catch  where error.reason == CNL_NO_PROBE {
                // All ports are taken, perhaps. Those sockets are not counted then, and the next scan tries again.
            }
        }
        return reportsBoundInactive == true ? all & ~Self.closeState | Self.boundInactiveState : all
    }
}

extension ListeningSocket {
    fileprivate init(_ record: cnl_listener, interface: String?) {
        let family = UInt32(record.family) == UInt32(CNL_IPV6) ? AddressFamily.ipv6 : .ipv4
        self.init(
            endpoint: Endpoint(IPAddress(family, record.address), port: record.port, interface: interface),
            listener: Listener(
                backlog: UInt64(record.backlog), backlogLimit: UInt64(record.backlog_limit),
                drops: UInt64(record.drops)))
    }
}
