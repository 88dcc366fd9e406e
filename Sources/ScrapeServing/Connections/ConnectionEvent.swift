// SPDX-License-Identifier: Apache-2.0

/// What the handler of requests tells the handler of its connection, as an outbound user event.
enum ExchangeEvent: Hashable, Sendable {
    /// A request is complete and the server works on it.
    case began
    /// The answer was handed over, and another request may follow.
    case answered
    /// Nothing more will be written: the connection is to close when all that was handed over is sent.
    case finished
}

/// What the handler of a connection tells the handler of its requests, as an inbound user event.
enum ConnectionEvent: Hashable, Sendable {
    /// All that was handed over is sent.
    case answerWritten
    /// The server stops: the answer under way is the last one.
    case serverStops
}
