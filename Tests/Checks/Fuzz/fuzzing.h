// SPDX-License-Identifier: Apache-2.0
//
// What the fuzzers of the readers share: the input as a reply, and what is true of every reply.

#ifndef FUZZING_H
#define FUZZING_H

#include "CNetlink.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST_SOCKET_MESSAGE = sizeof(struct nlmsghdr) + sizeof(struct inet_diag_msg) };

#define REQUIRE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                                  \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

// A block of exactly the input's size, so that a read beyond it is seen. malloc aligns to 16 bytes, as the socket does.
static inline uint8_t *copy_input(const uint8_t *input, size_t size)
{
    uint8_t *copy = malloc(size);
    if (!copy && size > 0)
        abort();
    if (size > 0)
        memcpy(copy, input, size);
    return copy;
}

// A reply that the first message answers: other sequences and ports would hide what comes after the check of them.
static inline struct cnl_reply expected_reply(const uint8_t *data, size_t size)
{
    struct nlmsghdr header = {.nlmsg_type = TCPDIAG_GETSOCK};
    if (size >= sizeof header)
        memcpy(&header, data, sizeof header);
    bool is_control = header.nlmsg_type < NLMSG_MIN_TYPE;
    return (struct cnl_reply){
        .message_type = is_control ? TCPDIAG_GETSOCK : header.nlmsg_type,
        .sequence = header.nlmsg_seq,
        .port_id = header.nlmsg_pid,
    };
}

static inline void check_error(enum cnl_progress progress, const struct cnl_error *error)
{
    REQUIRE(progress == CNL_MORE || progress == CNL_COMPLETE || progress == CNL_FAILED);
    REQUIRE((progress == CNL_FAILED) == (error->failure != CNL_NO_FAILURE));
    REQUIRE(error->call == NULL);
    switch (error->failure) {
    case CNL_REFUSED:
        REQUIRE(error->error_number > 0 && error->error_number <= 4095);
        break;
    case CNL_OVERRUN:
        REQUIRE(error->error_number == ENOBUFS);
        break;
    case CNL_NO_FAILURE:
    case CNL_MALFORMED:
    case CNL_FOREIGN:
    case CNL_INTERRUPTED:
        REQUIRE(error->error_number == 0);
        break;
    default:
        fputs("a failure that is not of the reply\n", stderr);
        abort();
    }
}

#endif
