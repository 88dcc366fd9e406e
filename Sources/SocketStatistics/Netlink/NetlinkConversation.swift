// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes
internal import SystemPackage

/// The dialogue with the kernel about TCP sockets across scans: the open channel, and what was learned about the kernel.
struct NetlinkConversation: ~Copyable {
    /// All that a network namespace is asked for.
    struct Answer {
        var counts: cnl_tcp_counts
        var containsBoundInactive: Bool
        var listening: [ListeningSocket]
        var ports: Breakdown<UInt16, StateCounts>
        /// Nil where the ephemeral ports are not known.
        var ephemeralPorts: TCPStatistics.EphemeralPortUse?
        /// Nil where it was not measured.
        var latency: PortBreakdown<TCPLatency>?
        var idleness: PortBreakdown<TCPIdleness>?
    }

    private static let together = [CNL_REQUEST_BOTH_FAMILIES]
    private static let oneByOne = [CNL_REQUEST_IPV4, CNL_REQUEST_IPV6]
    private static let allStates = UInt32(CNL_ALL_STATES)
    private static let listen = cnl_state_bit(UInt32(CST_LISTEN))
    private static let close = cnl_state_bit(UInt32(CST_CLOSE))
    private static let boundInactive = cnl_state_bit(UInt32(CST_BOUND_INACTIVE))

    private let wantsBoundInactive: Bool
    private let measured: TCPScanOptions
    private var channel: NetlinkChannel
    private var requests = NetlinkConversation.together
    private var reportsBoundInactive: Bool?
    private var ports: NetlinkPorts?
    private var destinations: NetlinkDestinations?
    private var measures: NetlinkMeasures?
    private var listenerCapacity = 256
    private var busyPorts: Set<UInt16> = []

    /// How many times a question was repeated.
    var repeats: UInt64 { channel.repeats }

    /// - Parameters:
    ///   - measured: which measures of connections to take, latency or idle times.
    ///   - namespace: the network namespace to ask, open until the first question is answered; nil for that of the
    ///     thread that asks first.
    init(
        wantsBoundInactive: Bool = false, measuring measured: TCPScanOptions = [], namespace: FileDescriptor? = nil
    ) {
        self.wantsBoundInactive = wantsBoundInactive
        self.measured = measured
        channel = NetlinkChannel(namespace: namespace)
    }

    // MARK: The questions

    /// Asks for everything about the sockets of a filter, and adds it to the counts of cgroups.
    mutating func ask(
        _ filter: ScanFilter, cgroups: borrowing NetlinkCgroups = NetlinkCgroups(),
        until deadline: ContinuousClock.Instant? = nil
    ) throws(NetlinkSocket.Failure) -> Answer {
        try ask(until: deadline) { conversation, socket throws(NetlinkSocket.Failure) in
            let filter = try conversation.netlinkFilter(filter, on: socket)
            var counts = cnl_tcp_counts()
            let records = try conversation.listening(filter, on: socket, into: &counts, cgroups: cgroups)
            let listening = Self.named(records, on: socket)
            let slots = PortSlots(listening, preferring: conversation.busyPorts)
            let ports = if let kept = conversation.ports.take() { kept } else { try NetlinkPorts() }
            ports.begin(slots)
            let ephemeral = EphemeralPorts.current
            let kept = conversation.destinations.take()
            let destinations = if let kept { kept } else { try NetlinkDestinations() }
            destinations.begin(ephemeral ?? .none)
            let measures =
                if let kept = conversation.measures.take() { kept } else { try NetlinkMeasures(conversation.measured) }
            measures.begin()
            let states = try conversation.states(on: socket) & ~Self.listen
            for request in conversation.requests {
                try socket.dump(
                    request, states: states, filter, into: &counts, cgroups: cgroups, ports: ports,
                    destinations: destinations, measures: measures)
            }
            cgroups.keep()
            let use = ephemeral.map { destinations.use(of: $0, listening: listening) }
            let statistics = ports.breakdown(slots)
            let (latency, idleness) = (measures.latency(slots), measures.idleness(slots))
            conversation.busyPorts = statistics.busiestPorts
            conversation.ports = consume ports
            conversation.destinations = consume destinations
            conversation.measures = consume measures
            return Answer(
                counts: counts, containsBoundInactive: states & Self.boundInactive != 0, listening: listening,
                ports: statistics, ephemeralPorts: use, latency: latency, idleness: idleness)
        }
    }

    /// Asks for the sockets of a filter in a namespace: how many are in each state, and those that listen. Adds them to
    /// the counts of cgroups.
    mutating func askForMember(
        _ filter: ScanFilter, cgroups: borrowing NetlinkCgroups = NetlinkCgroups(),
        until deadline: ContinuousClock.Instant? = nil
    ) throws(NetlinkSocket.Failure) -> NamespaceStatistics.Member {
        try ask(until: deadline) { conversation, socket throws(NetlinkSocket.Failure) in
            let filter = try conversation.netlinkFilter(filter, on: socket)
            var counts = cnl_tcp_counts()
            let records = try conversation.listening(filter, on: socket, into: &counts, cgroups: cgroups)
            for request in conversation.requests {
                try socket.dump(
                    request, states: Self.allStates & ~Self.listen, filter, into: &counts, cgroups: cgroups)
            }
            cgroups.keep()
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
        until deadline: ContinuousClock.Instant? = nil
    ) throws(NetlinkSocket.Failure) -> [ListeningSocket] {
        try ask(until: deadline) { conversation, socket throws(NetlinkSocket.Failure) in
            var counts = cnl_tcp_counts()
            return Self.named(try conversation.listening(NetlinkFilter(nil), on: socket, into: &counts), on: socket)
        }
    }

    /// Asks how many sockets are only bound; nil where the kernel does not report them.
    mutating func askForBoundInactive(
        until deadline: ContinuousClock.Instant? = nil
    ) throws(NetlinkSocket.Failure) -> cnl_tcp_counts? {
        try ask(until: deadline) { conversation, socket throws(NetlinkSocket.Failure) in
            let states = try conversation.states(on: socket) & Self.boundInactive
            guard states != 0 else { return nil }
            var counts = cnl_tcp_counts()
            for request in conversation.requests {
                try socket.dump(request, states: states, NetlinkFilter(nil), into: &counts)
            }
            return counts
        }
    }

    // MARK: Asking

    private typealias Question<Reply> = (
        inout NetlinkConversation, borrowing NetlinkSocket
    ) throws(NetlinkSocket.Failure) -> Reply

    /// Asks with one request for both families, and with a request for each where the kernel does not know that.
    private mutating func ask<Reply>(
        until deadline: ContinuousClock.Instant?, _ question: Question<Reply>
    ) throws(NetlinkSocket.Failure) -> Reply {
        do {
            return try askOnce(until: deadline, question)
        } catch {
            guard error.isUnsupported, requests == Self.together else { throw error }
        }
        requests = Self.oneByOne
        do {
            return try askOnce(until: deadline, question)
        } catch {
            if error.isUnsupported {
                // Neither request is known: tcp_diag may be loaded later, and both families be asked for together.
                requests = Self.together
            }
            throw error
        }
    }

    private mutating func askOnce<Reply>(
        until deadline: ContinuousClock.Instant?, _ question: Question<Reply>
    ) throws(NetlinkSocket.Failure) -> Reply {
        // Apart from the conversation meanwhile, which the question changes.
        var channel = NetlinkChannel()
        swap(&channel, &self.channel)
        defer { swap(&channel, &self.channel) }
        return try channel.ask(until: deadline) { socket throws(NetlinkSocket.Failure) in
            try question(&self, socket)
        }
    }

    // MARK: Parts of answers

    private static func named(_ records: [cst_listener], on socket: borrowing NetlinkSocket) -> [ListeningSocket] {
        var names = InterfaceNames()
        var listening: [ListeningSocket] = []
        for record in records {
            let name = names.name(of: record.interface) { socket.interfaceName($0) }
            listening.append(ListeningSocket(record, interface: name))
        }
        return listening
    }

    /// The sockets that listen, which are cheap to ask for: again, with more room, where there are more than expected.
    ///
    /// It is the first to add to the counts of cgroups.
    private mutating func listening(
        _ filter: borrowing NetlinkFilter, on socket: borrowing NetlinkSocket, into counts: inout cnl_tcp_counts,
        cgroups: borrowing NetlinkCgroups = NetlinkCgroups()
    ) throws(NetlinkSocket.Failure) -> [cst_listener] {
        while true {
            cgroups.drop()
            var listenerCounts = cnl_tcp_counts()
            var records: [cst_listener] = []
            var total = 0
            for request in requests {
                let answer = try socket.dumpListeners(
                    request, filter, capacity: listenerCapacity, into: &listenerCounts, cgroups: cgroups)
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
        _ filter: ScanFilter, on socket: borrowing NetlinkSocket
    ) throws(NetlinkSocket.Failure) -> NetlinkFilter {
        var ports: [UInt16] = []
        if let own = filter.ownListeners {
            var counts = cnl_tcp_counts()
            ports = try listening(NetlinkFilter(own), on: socket, into: &counts).map(\.port)
        }
        return try NetlinkFilter(filter.selected(listeningPorts: ports))
    }

    private mutating func states(on socket: borrowing NetlinkSocket) throws(NetlinkSocket.Failure) -> UInt32 {
        guard wantsBoundInactive else { return Self.allStates }
        if reportsBoundInactive == nil {
            do {
                reportsBoundInactive = try socket.reportsBoundInactive()
            } catch  where error.reason == CNL_NO_PROBE {
                // Perhaps all ports are taken. Those sockets are not counted then, and the next scan tries again.
            }
        }
        return reportsBoundInactive == true
            ? Self.allStates & ~Self.close | Self.boundInactive : Self.allStates
    }
}
