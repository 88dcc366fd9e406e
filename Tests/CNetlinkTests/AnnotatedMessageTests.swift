// SPDX-License-Identifier: Apache-2.0

import CNetlink
import Glibc
import Testing

/// Messages byte by byte, as kernels sent them: what the other tests take for granted.
@Suite("Annotated messages")
struct AnnotatedMessageTests {
    @Test("a minisocket in TIME_WAIT, from Linux 6.18 to a process with CAP_NET_ADMIN")
    func timeWait() {
        let message = [UInt8](
            annotatedHex: """
                60 00 00 00                                     # nlmsg_len 96
                12 00                                           # nlmsg_type TCPDIAG_GETSOCK
                02 00                                           # nlmsg_flags NLM_F_MULTI
                07 00 00 00                                     # nlmsg_seq
                92 10 00 00                                     # nlmsg_pid 4242
                0a 06 03 00                                     # AF_INET6, TIME_WAIT, its timer, no retransmits
                9d 0a e1 5f                                     # ports, big-endian
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # ::1
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 # ::1
                00 00 00 00                                     # interface
                b1 d0 10 00 00 00 00 00                         # cookie
                50 ea 00 00                                     # idiag_expires 59,984 ms
                00 00 00 00 00 00 00 00                         # queues
                00 00 00 00 00 00 00 00                         # uid, inode
                08 00 0f 00 00 00 00 00                         # INET_DIAG_MARK 0
                """)
        var replay = Replay()
        #expect(replay.play(message) == CNL_MORE)
        var expected = cnl_tcp_counts()
        expected.connections.1.6 = 1
        expected.timers.3 = 1
        #expect(replay.counts.text == expected.text)
    }

    @Test("the end of a dump")
    func done() {
        let message = [UInt8](
            annotatedHex: """
                14 00 00 00 03 00 02 00 # nlmsg_len 20, NLMSG_DONE, NLM_F_MULTI
                07 00 00 00 92 10 00 00 # nlmsg_seq, nlmsg_pid
                00 00 00 00             # no error
                """)
        var replay = Replay()
        #expect(replay.play(message) == CNL_COMPLETE)
        #expect(replay.failure == .none)
    }

    @Test("the refusal of a kernel without inet_diag, from Linux 6.1")
    func refusal() {
        let message = [UInt8](
            annotatedHex: """
                60 00 00 00 02 00 00 00 # nlmsg_len 96, NLMSG_ERROR, no flags
                07 00 00 00 92 10 00 00 # nlmsg_seq, nlmsg_pid
                a1 ff ff ff             # -EOPNOTSUPP
                4c 00 00 00 12 00 01 03 # the request: nlmsg_len 76, TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP
                07 00 00 00 00 00 00 00 # nlmsg_seq, nlmsg_pid
                02 00 00 00             # struct inet_diag_req: AF_INET
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 # idiag_id
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                fe 0f 00 00 00 00 00 00 # idiag_states, idiag_dbs
                """)
        var replay = Replay()
        #expect(replay.play(message) == CNL_FAILED)
        #expect(replay.failure == Failure(CNL_REFUSED, EOPNOTSUPP))
    }
}
