// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Knows until when a client must have done what the server waits for.
///
/// It has no clock: each change says when it happens.
struct ConnectionDeadlines {
    /// What a client took too long for.
    enum Expiry: String, Hashable, Sendable {
        /// To send a request.
        case request
        /// To begin another request.
        case idle
        /// To take a part of an answer.
        case write
        /// To close the connection after the last answer.
        case linger
        /// To be there: it closed its side, and there is no answer yet.
        case answer
    }

    /// What is expected of the client's side, and since when.
    private enum Input {
        case request(since: NIODeadline)
        case idle(since: NIODeadline)
        /// The server has to act.
        case exchange
        /// The server has to act, but the client has closed its side.
        case abandonedExchange(since: NIODeadline)
        case linger(since: NIODeadline)
    }

    /// How long the server keeps a connection after its last answer, for the client to read it and to close.
    static let lingerTimeout = TimeAmount.seconds(2)

    private let requestTimeout: TimeAmount
    private let idleTimeout: TimeAmount
    private let writeTimeout: TimeAmount
    private var input: Input
    private var hasClientLeft = false
    /// Since when the client has not read; nil if no answer is pending.
    private(set) var stalledSince: NIODeadline?

    /// The deadlines of a connection that has just been accepted.
    init(_ limits: ConnectionLimits, accepted now: NIODeadline) {
        self.requestTimeout = TimeAmount(limits.requestTimeout)
        self.idleTimeout = TimeAmount(limits.idleTimeout)
        self.writeTimeout = TimeAmount(limits.writeTimeout)
        self.input = .request(since: now)
    }

    /// The next deadline, and what has expired when it is reached; nil where nothing is expected of the client.
    var next: (deadline: NIODeadline, expiry: Expiry)? {
        let output: (NIODeadline, Expiry)? = stalledSince.map { ($0 + writeTimeout, .write) }
        let input: (NIODeadline, Expiry)? =
            switch input {
            case .request(let since): (since + requestTimeout, .request)
            case .idle(let since): (since + idleTimeout, .idle)
            case .exchange: nil
            case .abandonedExchange(let since): (since + requestTimeout, .answer)
            case .linger(let since): (since + Self.lingerTimeout, .linger)
            }
        guard let output else { return input }
        guard let input else { return output }
        return input.0 <= output.0 ? input : output
    }

    /// What the client has taken too long for; nil where it is in time.
    func expired(at now: NIODeadline) -> Expiry? {
        guard let next, next.deadline <= now else { return nil }
        return next.expiry
    }

    /// Since when the connection waits for a request; nil where it has one.
    var idleSince: NIODeadline? {
        switch input {
        case .request(let since), .idle(let since), .linger(let since): stalledSince == nil ? since : nil
        case .exchange, .abandonedExchange: nil
        }
    }

    /// Since when an answer is awaited that its client, which has closed its side, may not want any more.
    var leftSince: NIODeadline? {
        if case .abandonedExchange(let since) = input { since } else { nil }
    }
}

extension ConnectionDeadlines {
    /// Bytes arrived: after an idle time, the first of a request.
    mutating func received(at now: NIODeadline) {
        if case .idle = input { input = .request(since: now) }
    }

    /// A request is complete.
    mutating func exchangeBegan(at now: NIODeadline) {
        input = hasClientLeft ? .abandonedExchange(since: now) : .exchange
    }

    /// The client has closed its side.
    mutating func clientLeft(at now: NIODeadline) {
        hasClientLeft = true
        if case .exchange = input { input = .abandonedExchange(since: now) }
    }

    /// The answer is written.
    mutating func exchangeEnded(at now: NIODeadline) {
        input = .idle(since: now)
    }

    /// The last answer is written.
    mutating func lingers(at now: NIODeadline) {
        input = .linger(since: now)
    }

    /// A part of an answer was handed over or taken; `isPending` where more waits to be taken.
    mutating func outputProgressed(at now: NIODeadline, isPending: Bool) {
        stalledSince = isPending ? now : nil
    }
}
