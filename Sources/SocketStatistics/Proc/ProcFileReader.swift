// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Reads files of procfs in large pieces, into one buffer that is kept.
@safe
struct ProcFileReader: ~Copyable {
    /// The kernel returns at most a page or so for each read of a table; more would bring nothing.
    private static let bufferSize = 64 * 1024

    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 16)

    deinit {
        unsafe buffer.deallocate()
    }

    /// Passes the file to `body` piece by piece.
    ///
    /// - Parameter deadline: Looked at before each piece.
    /// - Returns: false when there is no such file.
    func read(
        _ path: FilePath, until deadline: Deadline = .none, body: (Span<UInt8>) throws(SourceError) -> Void
    ) throws(SourceError) -> Bool {
        guard let file = try Self.open(path) else { return false }
        defer { try? file.close() }
        while true {
            try deadline.check("\(path) was not read to its end")
            let count = try Self.attempt("read", path) { try unsafe file.read(into: buffer) }
            if count == 0 { return true }
            try unsafe body(Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: buffer[..<count])))
        }
    }

    /// Nil when there is no such file.
    static func open(_ path: FilePath) throws(SourceError) -> FileDescriptor? {
        do {
            return try attempt("open", path) { try FileDescriptor.open(path, .readOnly, options: .closeOnExec) }
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        }
    }

    /// Calls the system; what fails is said in one sentence.
    static func attempt<Result>(
        _ call: String, _ path: FilePath, body: () throws -> Result
    ) throws(SourceError) -> Result {
        do {
            return try body()
        } catch {
            let errno = error as? Errno
            let (code, advice): (SourceError.Code, String) =
                switch errno {
                case .permissionDenied?, .notPermitted?: (.unavailable, ": let this process read it")
                case .tooManyOpenFiles?:
                    (.systemCallFailed, ": raise the limit of open files (ulimit -n, LimitNOFILE of systemd)")
                default: (.systemCallFailed, "")
                }
            throw SourceError(code, errno: errno, "\(path): \(call) failed: \(error)\(advice)")
        }
    }
}
