// SPDX-License-Identifier: Apache-2.0

#if BPF
/// Keeps the loaded program, or why it cannot be loaded.
struct SocketWalkLoader: ~Copyable {
    private var walker: SocketWalker?
    /// What the program is loaded with.
    private var folds: WalkFolds = []
    private var failure: SocketWalker.Failure?

    /// Lets scans have folds: of a program that was loaded without them, by loading it again.
    mutating func add(_ folds: WalkFolds) {
        self.folds.formUnion(folds)
    }

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
        if let walker = walker.take(), walker.folds == folds {
            return walker
        }
        // What the kernel and the process's rights do not allow now, they will not allow later.
        if let failure {
            throw failure
        }
        do {
            return try SocketWalker(folds)
        } catch {
            if error.isPermanent {
                failure = error
            }
            throw error
        }
    }
}
#endif
