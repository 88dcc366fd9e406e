// SPDX-License-Identifier: Apache-2.0

/// How long connections have been idle: since data was sent or received last, whichever is later, in seconds.
public struct TCPIdleness: Sendable, Hashable {
    /// The connections in ESTABLISHED.
    public var established: Distribution
    /// The connections in CLOSE_WAIT, whose peer has finished and whose application has not.
    public var closeWait: Distribution

    /// The bounds of idle times, in seconds: from a second to a day.
    public static let bounds: [Double] = [1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400]

    /// Creates idle times that were measured elsewhere: by default those of no connection.
    public init(
        established: Distribution = Distribution(bounds: bounds), closeWait: Distribution = Distribution(bounds: bounds)
    ) {
        self.established = established
        self.closeWait = closeWait
    }

    /// Both together.
    public static func + (left: TCPIdleness, right: TCPIdleness) -> TCPIdleness {
        TCPIdleness(established: left.established + right.established, closeWait: left.closeWait + right.closeWait)
    }
}
