// SPDX-License-Identifier: Apache-2.0

#ifndef CNETLINK_FOLD_H
#define CNETLINK_FOLD_H

#include "CNetlink.h"

/// The distance to the next header after a length: messages and attributes begin at multiples of 4 bytes.
/// NLMSG_ALIGN counts in 32 bits, where the largest lengths become 0.
static inline size_t cnl_aligned(uint32_t length)
{
    return ((size_t)length + 3) & ~(size_t)3;
}

struct cnl_ports {
    uint16_t slots[CNL_PORTS];
    uint32_t sockets[CNL_PORT_SLOTS][CNL_STATES];
};

/// Adds the socket that one message of the answer describes: a `struct inet_diag_msg` and its attributes, `size` bytes.
/// Returns false when a length in it is wrong.
bool cnl_fold_socket(const struct cnl_reply *reply, const uint8_t *payload, size_t size, struct cnl_tcp_counts *counts);

#endif
