// SPDX-License-Identifier: Apache-2.0
//
// What the readers share: the attributes of a message, counters by port and by destination, and filters.

#ifndef CNETLINK_FOLD_H
#define CNETLINK_FOLD_H

#include "CNetlinkSelection.h"

#include <linux/netlink.h>
#include <stdbool.h>
#include <string.h>

/// The distance to the next header after a length: messages and attributes begin at multiples of 4 bytes.
/// NLMSG_ALIGN counts in 32 bits, where the largest lengths become 0.
static inline size_t cnl_aligned(uint32_t length)
{
    return ((size_t)length + 3) & ~(size_t)3;
}

/// The attributes of a message that are still to be read.
struct cnl_attributes {
    const uint8_t *end;
    /// Where the next one begins, counted from the end: negative, but beyond the end where the last one's padding is
    /// cut. One number to advance and to compare, in the loop that most of a dump's instructions are in.
    ptrdiff_t position;
};

static inline struct cnl_attributes cnl_attributes(const uint8_t *data, size_t size)
{
    return (struct cnl_attributes){.end = data + size, .position = -(ptrdiff_t)size};
}

/// An attribute.
struct cnl_attribute {
    unsigned type;
    const uint8_t *value;
    size_t size;
};

enum cnl_attribute_step { CNL_ATTRIBUTE, CNL_NO_ATTRIBUTE, CNL_MALFORMED_ATTRIBUTE };

/// Takes the next attribute. The position grows by a header at least, whatever the lengths are.
static inline enum cnl_attribute_step cnl_next_attribute(struct cnl_attributes *rest, struct cnl_attribute *attribute)
{
    struct nlattr header;
    if (rest->position > -(ptrdiff_t)sizeof header)
        return CNL_NO_ATTRIBUTE;
    memcpy(&header, rest->end + rest->position, sizeof header);
    // A length below the header's becomes a very large one.
    attribute->size = (size_t)header.nla_len - sizeof header;
    if (attribute->size > (size_t)-rest->position - sizeof header)
        return CNL_MALFORMED_ATTRIBUTE;
    attribute->type = header.nla_type & NLA_TYPE_MASK;
    attribute->value = rest->end + rest->position + sizeof header;
    rest->position += (ptrdiff_t)cnl_aligned(header.nla_len);
    return CNL_ATTRIBUTE;
}

struct cnl_ports {
    uint16_t slots[CST_PORTS];
    uint32_t sockets[CST_PORT_SLOTS][CST_STATES];
};

/// Counts a socket, by a state below `CST_STATES`.
static inline void cnl_ports_count(struct cnl_ports *ports, uint16_t port, unsigned state)
{
    uint16_t slot = ports->slots[port];
    if (slot < CST_PORT_SLOTS)
        ports->sockets[slot][state]++;
}

struct cnl_destinations {
    struct cst_destination_keys keys;
    /// The ports that count, and those of them that have a socket.
    uint8_t ports[CST_PORT_SET_SIZE];
    uint8_t used_ports[CST_PORT_SET_SIZE];
    uint32_t busiest;
    struct cst_destination_counts counts;
};

/// Counts a socket by its local port and the hash of its destination.
void cnl_destinations_count(struct cnl_destinations *destinations, uint16_t port, uint64_t hash);

struct cnl_filter {
    uint8_t ports[CST_PORTS / 8];
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

#endif
