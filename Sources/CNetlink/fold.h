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

struct cnl_filter {
    uint8_t ports[CNL_PORTS / 8];
    /// One less than the number of places, a power of 2.
    size_t mask;
    /// Each number stands at its place or at one of those that follow it without a gap; 0 is a gap, and there is one.
    uint32_t inodes[];
};

/// Neighbours are spread, since the kernel gives out inode numbers in order.
static inline size_t cnl_filter_place(const struct cnl_filter *filter, uint32_t inode)
{
    return (size_t)((inode * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & filter->mask;
}

static inline bool cnl_filter_selects(const struct cnl_filter *filter, uint32_t inode, uint16_t port)
{
    if (filter->ports[port / 8] & 1 << port % 8)
        return true;
    if (inode == 0)
        return false;
    size_t place = cnl_filter_place(filter, inode);
    while (filter->inodes[place] != 0 && filter->inodes[place] != inode)
        place = (place + 1) & filter->mask;
    return filter->inodes[place] == inode;
}

/// Adds the socket that one message of the answer describes: a `struct inet_diag_msg` and its attributes, `size` bytes.
/// Returns false when a length in it is wrong.
bool cnl_fold_socket(const struct cnl_reply *reply, const uint8_t *payload, size_t size, struct cnl_tcp_counts *counts);

#endif
