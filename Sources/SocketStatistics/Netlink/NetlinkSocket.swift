// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import SystemPackage

/// An open sock_diag socket, closed when it goes out of scope.
@safe
struct NetlinkSocket: ~Copyable {
    /// Why a conversation with the kernel ended early.
    struct Failure: Error {
        let reason: cnl_failure
        let errno: Errno?
        /// The system call that failed, where one did.
        let call: String?
    }

    private let handle: OpaquePointer

    init() throws(Failure) {
        var error = unsafe cnl_error()
        guard let handle = unsafe cnl_open(cnl_options(), &error) else {
            throw unsafe Failure(error)
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe cnl_close(handle)
    }

    /// Adds the sockets whose states are asked for to the counts, which are partial when it throws.
    func dump(
        _ request: cnl_request_kind, states: UInt32, into counts: inout cnl_tcp_counts
    ) throws(Failure) {
        var error = unsafe cnl_error()
        guard unsafe cnl_tcp_dump(handle, request, states, &counts, &error) else {
            throw unsafe Failure(error)
        }
    }

    /// Whether the kernel tells of sockets that are bound and nothing else.
    func reportsBoundInactive() throws(Failure) -> Bool {
        var error = unsafe cnl_error()
        var reports = false
        guard unsafe cnl_reports_bound_inactive(handle, &reports, &error) else {
            throw unsafe Failure(error)
        }
        return reports
    }
}

extension NetlinkSocket.Failure {
    fileprivate init(_ error: cnl_error) {
        reason = unsafe error.failure
        errno = unsafe error.error_number == 0 ? nil : Errno(rawValue: error.error_number)
        call = unsafe error.call.map { unsafe String(cString: $0) }
    }
}
