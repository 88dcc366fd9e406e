// SPDX-License-Identifier: Apache-2.0

#if BPF
/// Keeps the loaded program, or why it cannot be loaded.
struct SocketWalkLoader: ~Copyable {
    private var walker: SocketWalker?
    private var failure: SocketWalker.Failure?

    /// Loads the program, if it is not loaded yet.
    mutating func prepare() throws(SocketWalker.Failure) {
        walker = try take()
    }

    /// Walks with the program, which is loaded now if it is not prepared.
    mutating func walk<Walk>(
        _ body: (borrowing SocketWalker) throws(SocketWalker.Failure) -> Walk
    ) throws(SocketWalker.Failure) -> Walk {
        let walker = try take()
        do {
            let walk = try body(walker)
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
