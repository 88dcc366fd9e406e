// SPDX-License-Identifier: Apache-2.0

internal import CScrapeServing
internal import Glibc

/// What the limits of the process leave to a server.
///
/// SwiftNIO ends the process where it cannot start a thread, or open what its loop waits with. Checking first turns
/// that into an error that says what to do.
enum ProcessLimits {
    /// What the event loop and a scan take, and as much again.
    static let spareDescriptors = 16

    /// The event loop, the worker, and the registry's for its collectors.
    private static let threads: UInt32 = 3

    /// What the threads allocate at the start, and a scan with many series later.
    private static let addressSpaceBytes = 64 << 20

    /// - Throws: ``ScrapeServerError`` where a limit of the process or of the system is too low.
    static func check() throws(ScrapeServerError) {
        try checkDescriptors()
        try checkAddressSpace()
        let error = css_try_threads(threads)
        guard error == 0 else { throw .tooFewThreads(errno: error) }
    }

    /// The number of connections that the limit of open files allows, if it is lower than wanted; else nil.
    static func connections(of wanted: Int, listeners: Int) -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        let free = Int(clamping: limit.rlim_cur) - (firstFreeDescriptor ?? 0) - spareDescriptors - listeners
        return free < wanted ? max(free, 1) : nil
    }

    private static var firstFreeDescriptor: Int? {
        let descriptor = openDescriptor()
        guard descriptor >= 0 else { return nil }
        close(descriptor)
        return Int(descriptor)
    }

    /// Opens something that needs no file, which may be missing.
    private static func openDescriptor() -> CInt {
        socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }

    private static func checkDescriptors() throws(ScrapeServerError) {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        for _ in 0..<spareDescriptors {
            let descriptor = openDescriptor()
            guard descriptor >= 0 else { throw .tooFewDescriptors(errno: errno) }
            descriptors.append(descriptor)
        }
    }

    private static func checkAddressSpace() throws(ScrapeServerError) {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let address = unsafe mmap(nil, addressSpaceBytes, PROT_NONE, flags, -1, 0)
        guard unsafe address != MAP_FAILED else { throw .tooLittleAddressSpace(errno: errno, bytes: addressSpaceBytes) }
        unsafe munmap(address, addressSpaceBytes)
    }
}

extension ScrapeServerError {
    fileprivate static func tooFewDescriptors(errno: Int32) -> ScrapeServerError {
        let advice =
            errno == EMFILE
            ? "raise the limit (ulimit -n, LimitNOFILE of systemd)" : "raise fs.file-max, or free memory"
        return ScrapeServerError(
            .system, errno: errno, "cannot open the descriptors that a server needs (\(text(errno))): \(advice)")
    }

    fileprivate static func tooFewThreads(errno: Int32) -> ScrapeServerError {
        ScrapeServerError(
            .system, errno: errno,
            """
            cannot start the threads that a server needs (\(text(errno))): raise the limit (pids.max, TasksMax of systemd, \
            ulimit -u, ulimit -v)
            """)
    }

    fileprivate static func tooLittleAddressSpace(errno: Int32, bytes: Int) -> ScrapeServerError {
        ScrapeServerError(
            .system, errno: errno,
            """
            cannot get the \(bytes >> 20) MB of address space that a server needs (\(text(errno))): raise the limit \
            (ulimit -v, LimitAS of systemd)
            """)
    }

    private static func text(_ errno: Int32) -> String {
        unsafe String(cString: strerror(errno))
    }
}
