// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CNetlinkTestSupport
import Glibc
import Testing

/// A `struct cnl_socket` that is closed once.
@safe struct NetlinkSocket: ~Copyable {
    private let socket: OpaquePointer

    /// What a dump gave.
    struct Dump {
        var counts = cnl_tcp_counts()
        var failure = Failure.none
        var isComplete = false
        /// How often recvmsg(2) was called, where the dump was scripted, and the longest time-out that it was called
        /// with.
        var receives = 0
        var longestTimeout = 0
        /// The size of the largest message that the kernel sent, where the dump was scripted.
        var largestMessage = 0
    }

    /// - Parameter receiveSize: how much of the receive buffer is used; nil for all of it.
    init(receiveSize: Int? = nil) throws {
        var error = unsafe cnl_error()
        let opened = unsafe cnl_open(&error)
        let failure = unsafe Failure(error)
        unsafe socket = try #require(opened, "cannot open a netlink socket: \(failure)")
        if let receiveSize {
            unsafe cnlt_set_receive_size(socket, receiveSize)
        }
    }

    deinit {
        unsafe cnl_close(socket)
    }

    /// Sets when dumps fail, in nanoseconds from now; nil for never.
    func setDeadline(_ nanoseconds: Int64?) {
        guard let nanoseconds else {
            unsafe cnl_set_deadline(socket, 0)
            return
        }
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        unsafe cnl_set_deadline(socket, UInt64(now + nanoseconds))
    }

    func dump(_ kind: cnl_request_kind = CNL_REQUEST_BOTH_FAMILIES, states: Int = CNL_ALL_STATES) -> Dump {
        var dump = Dump()
        var error = unsafe cnl_error()
        var request = unsafe cnl_tcp_request()
        unsafe request.kind = kind
        unsafe request.states = UInt32(states)
        dump.isComplete = unsafe cnl_tcp_dump(socket, &request, &dump.counts, &error)
        dump.failure = unsafe Failure(error)
        return dump
    }

    /// A dump with the steps in the place of recvmsg(2).
    func dump(playing steps: [cnlt_step], replacement: [UInt8] = []) -> Dump {
        unsafe dump(playing: steps, replacement: replacement) { _ in }
    }

    /// - Parameter change: what else to ask for.
    func dump(
        playing steps: [cnlt_step], replacement: [UInt8] = [], asking change: (inout cnl_tcp_request) -> Void
    ) -> Dump {
        var dump = Dump()
        var request = unsafe cnl_tcp_request()
        unsafe request.kind = CNL_REQUEST_BOTH_FAMILIES
        unsafe request.states = UInt32(CNL_ALL_STATES)
        unsafe change(&request)
        unsafe steps.withUnsafeBufferPointer { steps in
            unsafe replacement.withUnsafeBufferPointer { replacement in
                var error = unsafe cnl_error()
                var script = unsafe cnlt_script()
                unsafe script.steps = steps.baseAddress
                unsafe script.step_count = steps.count
                unsafe script.replacement = replacement.baseAddress
                unsafe script.replacement_size = replacement.count
                dump.isComplete = unsafe cnlt_scripted_dump(socket, &script, &request, &dump.counts, &error)
                dump.failure = unsafe Failure(error)
                dump.receives = unsafe script.calls
                dump.longestTimeout = unsafe Int(script.longest_timeout_us)
                dump.largestMessage = unsafe Int(script.largest_message)
            }
        }
        return dump
    }

    /// Sends this socket a message that is not the kernel's; returns 0 or an errno.
    func sendForgedMessage() -> CInt {
        unsafe cnlt_send_forged_message(socket)
    }

    /// The number of the network namespace that the socket is in.
    var namespaceCookie: UInt64 {
        unsafe cnl_namespace_cookie(socket)
    }

    /// The name of an interface of that namespace.
    func interfaceName(_ index: UInt32) -> String? {
        var name = [CChar](repeating: 1, count: Int(CNL_INTERFACE_NAME_SIZE))
        let exists = unsafe name.withUnsafeMutableBufferPointer { name in
            unsafe name.baseAddress.map { unsafe cnl_interface_name(socket, index, $0) }
        }
        guard exists == true else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether the kernel reports BOUND_INACTIVE.
    func reportsBoundInactive() throws -> Bool {
        var reports = false
        var error = unsafe cnl_error()
        let isKnown = unsafe cnl_reports_bound_inactive(socket, &reports, &error)
        let failure = unsafe Failure(error)
        try #require(isKnown, "the probe failed: \(failure)")
        return reports
    }
}

extension cnlt_step {
    static let deliver = cnlt_step(action: CNLT_DELIVER, number: 0)
    static let truncate = cnlt_step(action: CNLT_TRUNCATE, number: 0)
    static let omitSender = cnlt_step(action: CNLT_OMIT_SENDER, number: 0)
    static let replace = cnlt_step(action: CNLT_REPLACE, number: 0)
    static let passDeadline = cnlt_step(action: CNLT_PASS_DEADLINE, number: 0)
    static let withhold = cnlt_step(action: CNLT_WITHHOLD, number: 0)
    static let interrupt = cnlt_step(action: CNLT_INTERRUPT, number: 0)

    static func fail(_ errorNumber: CInt) -> cnlt_step {
        cnlt_step(action: CNLT_FAIL, number: errorNumber)
    }

    static func refuse(_ errorNumber: CInt) -> cnlt_step {
        cnlt_step(action: CNLT_REFUSE, number: errorNumber)
    }

    static func claimSender(_ portID: CInt) -> cnlt_step {
        cnlt_step(action: CNLT_CLAIM_SENDER, number: portID)
    }
}
