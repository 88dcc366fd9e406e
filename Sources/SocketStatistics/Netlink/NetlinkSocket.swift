// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import SystemPackage

/// An open sock_diag socket, closed when it goes out of scope.
@safe
struct NetlinkSocket: ~Copyable {
    /// Why a conversation with the kernel ended early.
    typealias Failure = CallFailure<cnl_failure>

    /// For the dumps of each protocol.
    let handle: OpaquePointer

    /// Opens a socket in the calling thread's network namespace, or in that of a descriptor.
    init(namespace: FileDescriptor? = nil) throws(Failure) {
        var error = unsafe cnl_error()
        let handle =
            if let namespace {
                unsafe cnl_open_in_namespace(namespace.rawValue, &error)
            } else {
                unsafe cnl_open(&error)
            }
        guard let handle = unsafe handle else {
            throw unsafe Failure(error)
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe cnl_close(handle)
    }

    /// Sets when dumps fail; nil for never.
    func setDeadline(_ deadline: ContinuousClock.Instant?) {
        unsafe cnl_set_deadline(handle, MonotonicClock.nanoseconds(deadline))
    }

    /// The number of the namespace that the socket was opened in; nil before Linux 5.14.
    var namespaceCookie: UInt64? {
        let cookie = unsafe cnl_namespace_cookie(handle)
        return cookie == 0 ? nil : cookie
    }

    /// The name of an interface of the namespace that the socket was opened in; nil where there is no such interface.
    func interfaceName(_ index: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: Int(CNL_INTERFACE_NAME_SIZE))
        let exists = unsafe name.withUnsafeMutableBufferPointer { name in
            // Never empty.
            unsafe name.baseAddress.map { unsafe cnl_interface_name(handle, index, $0) } ?? false
        }
        return exists ? InterfaceNames.text(name) : nil
    }
}

extension NetlinkSocket.Failure {
    init(_ error: cnl_error) {
        unsafe self.init(error.failure, error.error_number, error.call)
    }
}
