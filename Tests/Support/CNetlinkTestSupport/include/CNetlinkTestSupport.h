// SPDX-License-Identifier: Apache-2.0
//
// Puts a script between a netlink socket and the kernel behind it: a kernel in trouble, on order.

#ifndef CNETLINK_TEST_SUPPORT_H
#define CNETLINK_TEST_SUPPORT_H

#include "CNetlink.h"

#pragma clang assume_nonnull begin

/// What happens to one call of recvmsg(2).
enum cnlt_action {
    /// The datagram comes as the kernel sent it.
    CNLT_DELIVER,
    /// The call fails with `number` as errno, and the datagram stays in the queue.
    CNLT_FAIL,
    /// The kernel does not answer: the call fails when the socket's receive time-out is over.
    CNLT_WITHHOLD,
    /// The datagram comes as the kernel sent it, and the socket's deadline passes.
    CNLT_PASS_DEADLINE,
    /// The datagram comes with MSG_TRUNC.
    CNLT_TRUNCATE,
    /// The datagram comes from the port id `number`.
    CNLT_CLAIM_SENDER,
    /// The datagram comes without a sender's address.
    CNLT_OMIT_SENDER,
    /// The script's replacement comes instead of the datagram.
    CNLT_REPLACE,
    /// The whole answer is thrown away, and NLMSG_ERROR with `number` as errno comes instead.
    CNLT_REFUSE,
    /// The datagram comes with NLM_F_DUMP_INTR on each of its messages.
    CNLT_INTERRUPT,
};

struct cnlt_step {
    enum cnlt_action action;
    int number;
};

/// The steps for the first calls; all later datagrams come as the kernel sent them.
struct cnlt_script {
    const struct cnlt_step *_Nullable steps;
    size_t step_count;
    const uint8_t *_Nullable replacement;
    size_t replacement_size;
    /// How often the socket has called recvmsg(2) so far.
    size_t calls;
    /// The longest receive time-out that the socket had at one of these calls, in microseconds.
    uint64_t longest_timeout_us;
    /// The size of the largest message that the kernel sent.
    uint32_t largest_message;
};

/// `cnl_tcp_dump` with the script in the place of recvmsg(2).
bool cnlt_scripted_dump(struct cnl_socket *socket, struct cnlt_script *script, const struct cnl_tcp_request *request,
                        struct cnl_tcp_counts *counts, struct cnl_error *error);

/// Lets a socket use so much of its receive buffer.
void cnlt_set_receive_size(struct cnl_socket *socket, size_t size);

/// Sends the socket an empty message from another netlink socket, which takes CAP_NET_ADMIN.
/// Returns 0 or the errno of what failed.
int cnlt_send_forged_message(const struct cnl_socket *socket);

#pragma clang assume_nonnull end

#endif
