// SPDX-License-Identifier: Apache-2.0

#if BPF
/// Keeps the loaded program, or why it cannot be loaded.
struct SocketWalkLoader: ~Copyable {
    private var walker: SocketWalker?
    private var failure: SocketWalker.Failure?
    private var busyPorts: Set<UInt16> = []

    /// Loads the program, if it is not loaded yet.
    mutating func prepare() throws(SocketWalker.Failure) {
        walker = try take()
    }

    /// Walks with the program, which is loaded now if it is not prepared.
    mutating func walk(
        _ options: TCPScanOptions, _ limits: SocketWalker.Limits,
        missingListeners: () throws(SourceError) -> [ListeningSocket]
    ) throws(SocketWalker.Failure) -> SocketWalk {
        let walker = try take()
        do {
            let walk = try walker.walk(
                options, limits, preferring: busyPorts, missingListeners: missingListeners)
            busyPorts = walk.ports.busiestPorts
            self.walker = consume walker
            return walk
        } catch {
            // Kept after a failure too: each walk starts anew, and the process may no longer be allowed to load.
            self.walker = consume walker
            throw error
        }
    }

    private mutating func take() throws(SocketWalker.Failure) -> SocketWalker {
        if let walker = walker.take() {
            return walker
        }
        // What the kernel and the process's rights do not allow now, they will not allow later.
        if let failure {
            throw failure
        }
        do {
            return try SocketWalker()
        } catch {
            if error.isPermanent {
                failure = error
            }
            throw error
        }
    }
}
#endif
