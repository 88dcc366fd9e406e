// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// What there may be many of, so that the number of its series is limited.
public struct SeriesDimension: Sendable, CustomStringConvertible {
    /// Listening addresses of all network namespaces, in this order: the own namespace, namespaces with a name, others,
    /// and those that any user can create. Within each, listeners with a full queue or with drops since the last scrape
    /// come first, then those with the most drops, then those with the longest backlog.
    public static let listeners = SeriesDimension("listeners", limit: 200, series: 1, ListenerFamilies.metadata)
    /// Local ports with a listener: those with the most sockets.
    public static let ports = SeriesDimension("ports", limit: 20, series: states, PortFamilies.metadata)
    /// Network namespaces beside the own one, in the same order as their listeners; among equals those with the most
    /// sockets.
    public static let namespaces = SeriesDimension("namespaces", limit: 200, series: states, NamespaceFamilies.metadata)
    /// Cgroups, by what they are called: those with the most sockets.
    public static let cgroups = SeriesDimension("cgroups", limit: 50, series: states, [CgroupFamilies.connections])
    /// Bound UDP ports, by the datagrams that their sockets dropped: those with drops since the last scrape come first, then
    /// those with the most drops.
    public static let udpPorts = SeriesDimension("udp-ports", limit: 20, series: 1, [UDPFamilies.drops])
    /// Network namespaces beside the own one as ``namespaces``, by their UDP sockets.
    public static let udpNamespaces = SeriesDimension(
        "udp-namespaces", limit: 200, series: UDPState.allCases.count, [UDPFamilies.namespaces])
    /// Names on which UNIX sockets listen: those with a full queue, then those with the longest backlog.
    public static let unixListeners = SeriesDimension(
        "unix-listeners", limit: 50, series: 1, UNIXFamilies.listenerMetadata)

    /// All dimensions, in the order of the exposition.
    public static let all = [listeners, ports, namespaces, cgroups, udpPorts, udpNamespaces, unixListeners]

    /// A socket that is only bound is neither on a port nor in another namespace's count.
    private static let states = TCPState.allCases.count - 1

    /// A short word in lower case.
    public let description: String
    /// How many have series of their own where nothing else is said.
    public let defaultLimit: Int
    /// How many series each has in each of the metrics.
    let seriesForEach: Int
    /// The names of the metrics with this dimension, with the prefix `socket`.
    let metrics: [MetricDescription]

    private init(_ name: String, limit: Int, series: Int, _ metrics: [MetricDescription]) {
        description = name
        defaultLimit = limit
        seriesForEach = series
        self.metrics = metrics
    }
}

extension SeriesDimension: Hashable {
    public static func == (left: SeriesDimension, right: SeriesDimension) -> Bool {
        left.description == right.description
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(description)
    }
}

/// The most of each ``SeriesDimension`` with series of their own; the rest are summed with the label value `other`.
///
/// With a ``SeriesHistory``, who has series keeps them until it has gone, or until one without them exceeds it by more
/// than a quarter and by more than 1. A listener in trouble does not wait for that.
public struct SeriesLimits: Sendable, Hashable {
    private var limits: [SeriesDimension: Int]

    /// Creates limits, the exporter's own where they are left out.
    ///
    /// - Precondition: No limit is negative.
    public init(_ limits: [SeriesDimension: Int] = [:]) {
        self.limits = Dictionary(uniqueKeysWithValues: SeriesDimension.all.map { ($0, $0.defaultLimit) })
        for (dimension, limit) in limits {
            self[dimension] = limit
        }
    }

    /// The limit of a dimension.
    ///
    /// - Precondition: It is not negative.
    public subscript(dimension: SeriesDimension) -> Int {
        get { limits[dimension] ?? dimension.defaultLimit }
        set {
            precondition(newValue >= 0, "the limit of \(dimension) is \(newValue), which is negative")
            limits[dimension] = newValue
        }
    }
}

extension SeriesLimits: ExpressibleByDictionaryLiteral {
    /// Creates limits from a literal such as `[.ports: 50]`, the exporter's own where they are left out.
    ///
    /// - Precondition: Each dimension occurs once, and no limit is negative.
    public init(dictionaryLiteral elements: (SeriesDimension, Int)...) {
        self.init(Dictionary(uniqueKeysWithValues: elements))
    }
}
