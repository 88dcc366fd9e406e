// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketWalk

/// What a walk of the tables of TCP sockets counts beside states, listeners, ports and destinations.
struct WalkFolds: OptionSet, Sendable {
    let rawValue: UInt32

    static let queues = WalkFolds(rawValue: CSW_QUEUES.rawValue)
    static let cgroups = WalkFolds(rawValue: CSW_CGROUPS.rawValue)
    static let latency = WalkFolds(rawValue: CSW_LATENCY.rawValue)
    static let idle = WalkFolds(rawValue: CSW_IDLE.rawValue)
}

extension WalkFolds {
    /// Those that the options of a scan ask for.
    init(_ options: TCPScanOptions) {
        self = []
        if options.contains(.queues) { insert(.queues) }
        if options.contains(.cgroups) { insert(.cgroups) }
        if options.contains(.latency) { insert(.latency) }
        if options.contains(.idle) { insert(.idle) }
    }
}
#endif
