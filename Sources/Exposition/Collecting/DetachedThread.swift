// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A thread that nobody waits for.
package enum DetachedThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a thread of its own, which blocks the signals that the calling thread blocks.
    ///
    /// - Returns: 0, or the error number where the system does not start a thread: then `body` does not run.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Int32 {
        let argument = unsafe Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let error = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            }, argument.toOpaque())
        if error == 0 {
            pthread_detach(thread)
        } else {
            unsafe argument.release()
        }
        return error
    }
}

/// Why no thread could be started.
package struct ThreadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system's error number.
    package let errno: Int32
    /// One sentence that says what failed and what to do.
    package let description: String

    init(_ errno: Int32) {
        self.errno = errno
        let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
        description =
            "the thread for collectors cannot be started (\(reason)): raise the limits on threads and address space "
            + "(ulimit -u, ulimit -v, TasksMax)"
    }
}
