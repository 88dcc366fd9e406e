// SPDX-License-Identifier: Apache-2.0

import CNetlink
import SystemPackage
import Testing

@testable import SocketStatistics

struct NetlinkFailureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { sentence }
        var reason: cnl_failure
        var errno: Errno?
        var call: String?
        var code: SourceError.Code
        var sentence: String
    }

    static let cases = [
        Case(
            reason: CNL_REFUSED, errno: .noSuchFileOrDirectory, code: .unavailable,
            sentence:
                "tcp_diag is not available (No such file or directory): modprobe tcp_diag, or use the source proc"
        ),
        Case(
            reason: CNL_REFUSED, errno: .notPermitted, code: .systemCallFailed,
            sentence: "the kernel refused a sock_diag dump: Operation not permitted"),
        Case(
            reason: CNL_SYSTEM_CALL_FAILED, errno: .tooManyOpenFiles, call: "socket", code: .systemCallFailed,
            sentence: "socket failed for a netlink socket: Too many open files"),
        Case(
            reason: CNL_TIMED_OUT, errno: .resourceTemporarilyUnavailable, code: .timedOut,
            sentence: "the kernel did not answer a sock_diag dump in time"),
        Case(
            reason: CNL_DEADLINE, code: .deadlineExceeded,
            sentence: "deadline: a sock_diag dump did not end in time"),
        Case(
            reason: CNL_OVERRUN, errno: .noBufferSpace, code: .incomplete,
            sentence: "the kernel dropped parts of each sock_diag dump (the receive buffer overran)"),
        Case(
            reason: CNL_INTERRUPTED, code: .incomplete,
            sentence: "the kernel's socket table changed under each sock_diag dump"),
        Case(
            reason: CNL_TRUNCATED, code: .malformed,
            sentence: "a message of the sock_diag dump is larger than the receive buffer"),
    ]

    @Test(arguments: cases)
    func eachFailureIsASentence(_ example: Case) {
        let failure = NetlinkSocket.Failure(reason: example.reason, errno: example.errno, call: example.call)
        #expect(failure.sourceError == SourceError(example.code, errno: example.errno, example.sentence))
    }

    @Test func ofUDPTheOtherModuleIsNamed() {
        let failure = NetlinkSocket.Failure(reason: CNL_REFUSED, errno: .noSuchFileOrDirectory, call: nil)
        let sentence =
            "udp_diag is not available (No such file or directory): modprobe udp_diag, or use the source bpf (Linux 6.2)"
        #expect(failure.udpSourceError == SourceError(.unavailable, errno: .noSuchFileOrDirectory, sentence))
    }

    @Test(arguments: [Errno.addressFamilyNotSupported, .protocolNotSupported, .permissionDenied, .notPermitted])
    func aForbiddenSocketSaysHowToAllowIt(_ errno: Errno) {
        let error = NetlinkSocket.Failure(reason: CNL_SYSTEM_CALL_FAILED, errno: errno, call: "socket").sourceError
        #expect(error.code == .unavailable)
        #expect(error.description.contains("RestrictAddressFamilies"))
        #expect(error.description.contains("socket: \(errno)"))
    }

    @Test func whatMayPassIsTriedAgainAndADirtySocketIsGivenUp() {
        let all = [
            CNL_SYSTEM_CALL_FAILED, CNL_REFUSED, CNL_TIMED_OUT, CNL_DEADLINE, CNL_OVERRUN, CNL_TRUNCATED, CNL_MALFORMED,
            CNL_FOREIGN,
            CNL_INTERRUPTED, CNL_NO_PROBE,
        ].map { NetlinkSocket.Failure(reason: $0, errno: nil, call: nil) }
        #expect(all.filter(\.isTransient).map(\.reason) == [CNL_OVERRUN, CNL_FOREIGN, CNL_INTERRUPTED])
        #expect(all.filter(\.leavesSocketClean).map(\.reason) == [CNL_REFUSED, CNL_INTERRUPTED])
    }

    @Test(arguments: [
        (Errno.noSuchFileOrDirectory, true, false), (.notSupported, true, false), (.invalidArgument, true, false),
        (.noMemory, false, true), (.resourceBusy, false, true), (.notPermitted, false, false),
    ])
    func aRefusalIsForGoodOrForAMoment(_ errno: Errno, _ isUnsupported: Bool, _ isTransient: Bool) {
        let failure = NetlinkSocket.Failure(reason: CNL_REFUSED, errno: errno, call: nil)
        #expect(failure.isUnsupported == isUnsupported)
        #expect(failure.isTransient == isTransient)
    }
}
