// SPDX-License-Identifier: Apache-2.0

/// What a server grants to the connections of its clients.
public struct ConnectionLimits: Hashable, Sendable {
    /// How many connections may be open at the same time.
    ///
    /// At least 1. If the limit is reached, a new connection takes the place of the one that has been waiting longest
    /// for its client: first of those whose clients have closed their side before there was an answer, then of those
    /// that wait for a request, for the rest of one, for an answer to be read, or have further requests queued. If the
    /// process's limit of open files is lower, fewer connections are open.
    public var openConnections = 512

    /// How long a client may take to send a request: its head and its body.
    ///
    /// The time begins when the connection opens, and for later requests with their first byte. As long again is a
    /// client waited for that has closed its side and not got its answer: it may still read.
    public var requestTimeout: Duration = .seconds(10)

    /// How long a connection may stay open between two requests.
    public var idleTimeout: Duration = .seconds(120)

    /// How long a client may go without reading a pending response.
    public var writeTimeout: Duration = .seconds(30)

    /// How many bytes the head of a request may have: its target and all its header fields.
    public var headerBytes = 16 * 1024

    /// How many bytes the body of a request may have. Bodies are discarded.
    public var bodyBytes = 64 * 1024

    /// How many bytes of answers may wait in the process for clients that do not read them.
    ///
    /// Above this, connections whose clients have read nothing for longest, and for at least a second, are closed. A
    /// single answer may exceed it.
    public var unsentBytes = 16 * 1024 * 1024

    /// How long a server that stops waits for the answers under way.
    public var gracePeriod: Duration = .seconds(8)

    /// Creates the limits that suit an exporter: the default values of the properties.
    public init() {}
}

extension ConnectionLimits {
    /// Throws where a limit or a time is out of its range.
    func validate() throws(ScrapeServerError) {
        let numbers = [
            ("openConnections", openConnections, least: 1), ("headerBytes", headerBytes, 1),
            ("bodyBytes", bodyBytes, 0), ("unsentBytes", unsentBytes, 0),
        ]
        for (name, value, least) in numbers where value < least {
            throw ScrapeServerError(.invalidLimit, "limits.\(name) is \(value); give \(least) or more")
        }
        let times = [("requestTimeout", requestTimeout), ("idleTimeout", idleTimeout), ("writeTimeout", writeTimeout)]
        for (name, time) in times where time <= .zero {
            throw ScrapeServerError(.invalidLimit, "limits.\(name) is \(time); give more than 0 seconds")
        }
        guard gracePeriod >= .zero else {
            throw ScrapeServerError(.invalidLimit, "limits.gracePeriod is \(gracePeriod); give 0 seconds or more")
        }
    }
}
