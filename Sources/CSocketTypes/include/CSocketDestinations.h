// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// How many sockets the busiest destination has: counted by the readers of netlink messages and by the BPF programs
// alike, in memory that does not grow with the sockets (a count-min sketch).
//
// A destination has a counter in each of two rows, which it may share with others. The smaller of the two is never
// below the truth, and is above it only where both are shared. What is added raises only counters that would be below.
//
// A counter's place is a multilinear hash with random keys (Lemire and Kaser, "Strongly universal string hashing is
// fast"): whoever chooses two destinations, their places in a row are the same in 1 of 32,768 cases.

#ifndef CSOCKETDESTINATIONS_H
#define CSOCKETDESTINATIONS_H

#include <linux/types.h>

enum {
    CST_DESTINATION_ROWS = 2,
    CST_DESTINATION_COUNTER_BITS = 15,
    CST_DESTINATION_COUNTERS = 1 << CST_DESTINATION_COUNTER_BITS,
    /// The keys of a row: one for each word of a destination, and one more.
    CST_DESTINATION_KEYS = 10,
};

/// Random numbers, which nobody may guess.
struct cst_destination_keys {
    __u64 key[CST_DESTINATION_ROWS][CST_DESTINATION_KEYS];
};

/// A local address, a remote one, and a remote port, as the kernel keeps them, in network order. An IPv4 address is the
/// last word of one that is 0 otherwise.
struct cst_destination {
    __u32 local[4];
    __u32 remote[4];
    __u32 remote_port;
};

struct cst_destination_counts {
    __u32 counter[CST_DESTINATION_ROWS][CST_DESTINATION_COUNTERS];
};

/// Makes an IPv4 address of one that is mapped to IPv6: both use the same ports.
static inline __attribute__((always_inline)) void cst_unmap(__u32 address[4])
{
    const __u8 prefix[sizeof(__u32)] = {0, 0, 0xff, 0xff};
    __u32 mapped;
    __builtin_memcpy(&mapped, prefix, sizeof mapped);
    if ((address[0] | address[1]) == 0 && address[2] == mapped)
        address[2] = 0;
}

static inline __attribute__((always_inline)) __u32 cst_place_in_row(const __u64 *key,
                                                                    const struct cst_destination *destination)
{
    const __u32 *local = destination->local, *remote = destination->remote;
    __u64 hash = key[0] + key[1] * destination->remote_port + key[2] * local[3] + key[3] * remote[3];
    // An IPv4 address has nothing else.
    if (local[0] | local[1] | local[2] | remote[0] | remote[1] | remote[2])
        hash += key[4] * local[0] + key[5] * local[1] + key[6] * local[2] + key[7] * remote[0] + key[8] * remote[1] +
                key[9] * remote[2];
    return (__u32)(hash >> (64 - CST_DESTINATION_COUNTER_BITS));
}

/// The places of a destination's counters in both rows, in twice `CST_DESTINATION_COUNTER_BITS` bits.
static inline __attribute__((always_inline)) __u32 cst_destination_places(const struct cst_destination_keys *keys,
                                                                          const struct cst_destination *destination)
{
    return cst_place_in_row(keys->key[0], destination) | cst_place_in_row(keys->key[1], destination)
                                                             << CST_DESTINATION_COUNTER_BITS;
}

/// Adds sockets to a destination by the places of its counters. Returns how many it has now, or more than that.
static inline __attribute__((always_inline)) __u32 cst_add_to_destination(struct cst_destination_counts *counts,
                                                                          __u32 places, __u32 sockets)
{
    __u32 *first = &counts->counter[0][places & (CST_DESTINATION_COUNTERS - 1)];
    __u32 *second = &counts->counter[1][places >> CST_DESTINATION_COUNTER_BITS & (CST_DESTINATION_COUNTERS - 1)];
    __u32 sum = (*first < *second ? *first : *second) + sockets;
    if (*first < sum)
        *first = sum;
    if (*second < sum)
        *second = sum;
    return sum;
}

#endif
