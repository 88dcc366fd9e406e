// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Testing

@testable import SocketStatistics

struct ScanThreadsTests {
    /// What jobs see: how many run at once, and on which threads.
    private final class Observer: Sendable {
        struct State {
            var running = 0
            var most = 0
            var threads: Set<UInt> = []
        }

        let state = Mutex(State())

        func run(_ body: () -> Void) {
            state.withLock { state in
                state.running += 1
                state.most = max(state.most, state.running)
                state.threads.insert(pthread_self())
            }
            body()
            state.withLock { $0.running -= 1 }
        }
    }

    @Test(arguments: [1, 3]) func atMostTheLimitRunAtOnceAndAllRun(_ limit: Int) async {
        let threads = ScanThreads(limit: limit)
        let observer = Observer()
        let caller = pthread_self()
        await withTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        threads.run { error in
                            #expect(error == nil)
                            observer.run { usleep(1000) }
                            continuation.resume()
                        }
                    }
                }
            }
        }
        let (most, seen) = observer.state.withLock { ($0.most, $0.threads) }
        #expect(most <= limit)
        #expect(!seen.contains(caller))
    }

    /// As many jobs as there are threads wait for each other: they all run at once.
    @Test func jobsRunBesideEachOther() async {
        let threads = ScanThreads(limit: 3)
        let observer = Observer()
        await withTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        threads.run { _ in
                            observer.run {
                                while observer.state.withLock({ $0.most }) < 3 { usleep(100) }
                            }
                            continuation.resume()
                        }
                    }
                }
            }
        }
        #expect(observer.state.withLock { $0.most } == 3)
    }
}
