// SPDX-License-Identifier: Apache-2.0

/// What connections have in common by local port: all of them, those on ports without a listener too.
public struct PortBreakdown<Counts: Sendable>: Sendable {
    /// Those on the ports that have a listener.
    public var listening: Breakdown<UInt16, Counts>
    /// Those on ports without a listener, such as connections that were opened from here.
    public var unlistened: Counts

    /// Creates a breakdown of counts that were taken elsewhere.
    public init(listening: Breakdown<UInt16, Counts>, unlistened: Counts) {
        self.listening = listening
        self.unlistened = unlistened
    }
}

extension PortBreakdown: Equatable where Counts: Equatable {}
extension PortBreakdown: Hashable where Counts: Hashable {}
