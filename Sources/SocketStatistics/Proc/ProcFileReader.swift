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
        guard let file = try open(path) else { return false }
        defer { try? file.close() }
        while true {
            try deadline.check("\(path) was not read to its end")
            let count = try Self.attempt("read", path) { try unsafe file.read(into: buffer) }
            if count == 0 { return true }
            try unsafe body(Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: buffer[..<count])))
        }
    }

    /// The whole of a file that is short; nil when there is no such file.
    func text(_ path: FilePath) throws(SourceError) -> String? {
        try bytes(path, limit: .max).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a file that is short; nil when there is no such file.
    ///
    /// - Parameters:
    ///   - limit: The most bytes; a longer file is an error.
    ///   - deadline: Looked at before each piece.
    func bytes(_ path: FilePath, limit: Int, until deadline: Deadline = .none) throws(SourceError) -> [UInt8]? {
        var bytes: [UInt8] = []
        let exists = try read(path, until: deadline) { piece throws(SourceError) in
            guard piece.count <= limit - bytes.count else {
                throw SourceError(.malformed, "\(path) has more than \(limit) bytes: is procfs mounted there?")
            }
            unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return exists ? bytes : nil
    }

    private func open(_ path: FilePath) throws(SourceError) -> FileDescriptor? {
        do {
            return try Self.attempt("open", path) { try FileDescriptor.open(path, .readOnly, options: .closeOnExec) }
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
