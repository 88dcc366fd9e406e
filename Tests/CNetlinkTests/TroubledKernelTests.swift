// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CNetlinkTestSupport
import Glibc
import KernelTestSupport
import Testing

/// What a script does to a dump, and what comes of it.
struct TroubleCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: [cnlt_step]
    let replacement: [UInt8]
    let failure: Failure
    /// recvmsg(2) was called this often; nil where that depends on the machine's sockets.
    let receives: Int?

    init(
        _ description: String, _ steps: [cnlt_step], replacement: [UInt8] = [], failure: Failure, receives: Int?
    ) {
        testDescription = description
        self.steps = steps
        self.replacement = replacement
        self.failure = failure
        self.receives = receives
    }
}

@Suite("A kernel in trouble")
struct TroubledKernelTests {
    static let cases = [
        TroubleCase("a full socket", [.fail(ENOBUFS)], failure: Failure(CNL_OVERRUN, ENOBUFS), receives: 1),
        TroubleCase(
            "a full socket, later", [.deliver, .fail(ENOBUFS)], failure: Failure(CNL_OVERRUN, ENOBUFS), receives: 2),
        TroubleCase("silence", [.fail(EAGAIN)], failure: Failure(CNL_TIMED_OUT, EAGAIN), receives: 1),
        TroubleCase(
            "silence after a signal", [.fail(EINTR), .fail(EAGAIN)], failure: Failure(CNL_TIMED_OUT, EAGAIN),
            receives: 2),
        TroubleCase(
            "an error of recvmsg", [.fail(EIO)], failure: Failure(CNL_SYSTEM_CALL_FAILED, EIO, call: "recvmsg"),
            receives: 1),
        TroubleCase("a cut datagram", [.truncate], failure: Failure(CNL_TRUNCATED), receives: 1),
        TroubleCase("another process", [.claimSender(1)], failure: .foreign, receives: 1),
        TroubleCase("another process with a high port id", [.claimSender(-1)], failure: .foreign, receives: 1),
        TroubleCase("nobody", [.omitSender], failure: .foreign, receives: 1),
        TroubleCase("an empty datagram", [.replace], failure: .malformed, receives: 1),
        TroubleCase(
            "something else than netlink", [.replace], replacement: Array("HTTP/1.1 400 Bad Request".utf8),
            failure: .malformed, receives: 1),
        TroubleCase(
            "an answer to another request", [.replace],
            replacement: Message(type: 3, sequence: 99, portID: 0, payload: [0, 0, 0, 0]).bytes, failure: .foreign,
            receives: 1),
        TroubleCase(
            "a changing table", Array(repeating: .interrupt, count: 3), failure: Failure(CNL_INTERRUPTED),
            receives: nil),
    ]

    @Test("is reported, and a fresh socket counts as if nothing had been", arguments: cases)
    func trouble(_ trouble: TroubleCase) throws {
        let listener = try TestSocket.listener()
        let socket = try NetlinkSocket()
        let failed = socket.dump(playing: trouble.steps, replacement: trouble.replacement)
        #expect(!failed.isComplete)
        #expect(failed.failure == trouble.failure)
        if let receives = trouble.receives {
            #expect(failed.receives == receives)
        }
        try expectCleanDump(of: NetlinkSocket())
        extendLifetime(listener)
    }

    @Test("that changes its table leaves the socket usable")
    func interrupted() throws {
        let listener = try TestSocket.listener()
        let socket = try NetlinkSocket()
        #expect(socket.dump(playing: [.interrupt]).failure == Failure(CNL_INTERRUPTED))
        try expectCleanDump(of: socket)
        extendLifetime(listener)
    }

    @Test("that refuses leaves the socket usable", arguments: [ENOENT, EOPNOTSUPP, EPERM])
    func refused(errorNumber: CInt) throws {
        let listener = try TestSocket.listener()
        let socket = try NetlinkSocket()
        let refused = socket.dump(playing: [.refuse(errorNumber)])
        #expect(refused.failure == Failure(CNL_REFUSED, errorNumber))
        #expect(refused.receives == 1)
        try expectCleanDump(of: socket)
        extendLifetime(listener)
    }

    @Test("whose calls are interrupted by signals gives the same answer", arguments: [1, 2, 1000])
    func signals(count: Int) throws {
        let listener = try TestSocket.listener()
        let dump = try NetlinkSocket().dump(playing: Array(repeating: .fail(EINTR), count: count))
        #expect(dump.isComplete)
        #expect(dump.failure == .none)
        #expect(dump.receives > count)
        #expect(dump.counts.connections(.ipv4, UInt32(TCP_LISTEN)) >= 1)
        extendLifetime(listener)
    }

    private func expectCleanDump(of socket: borrowing NetlinkSocket) throws {
        let dump = socket.dump()
        #expect(dump.isComplete)
        #expect(dump.failure == .none)
        #expect(dump.counts.connections(.ipv4, UInt32(TCP_LISTEN)) >= 1)
        #expect(dump.counts.unknown_families + dump.counts.unknown_states + dump.counts.unknown_messages == 0)
    }
}
