// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// How many sockets the busiest destination has: counted by the readers of netlink messages and by the BPF programs
// alike, in memory that does not grow with the sockets (a count-min sketch).
//
// A destination has a counter in each of two rows, which it may share with others. The smaller of the two is never
// below the truth, and is above it only where both are shared. What is added raises only counters that would be below.
//
// The places of the counters are a multilinear hash with random keys (Lemire and Kaser, "Strongly universal string
// hashing is fast"): whoever chooses two destinations, their places in a row are the same in 1 of 32,768 cases, and in
// the other row independently of that.

#ifndef CSOCKETDESTINATIONS_H
#define CSOCKETDESTINATIONS_H

#include <linux/types.h>

enum {
    CST_DESTINATION_ROWS = 2,
    CST_DESTINATION_COUNTER_BITS = 15,
    CST_DESTINATION_COUNTERS = 1 << CST_DESTINATION_COUNTER_BITS,
    /// The bits of the places of both counters.
    CST_DESTINATION_BITS = CST_DESTINATION_ROWS * CST_DESTINATION_COUNTER_BITS,
    /// One for each word of a destination, and one more for each of both kinds.
    CST_DESTINATION_KEYS = 11,
};

/// Random numbers, which nobody may guess.
struct cst_destination_keys {
    __u64 key[CST_DESTINATION_KEYS];
};

struct cst_destination_counts {
    __u32 counter[CST_DESTINATION_ROWS][CST_DESTINATION_COUNTERS];
};

/// The hash of an IPv4 destination: a local address, a remote one, and a remote port, all in network order.
static inline __attribute__((always_inline)) __u64 cst_ipv4_hash(const struct cst_destination_keys *keys, __u32 local,
                                                                 __u32 remote, __u32 remote_port)
{
    return keys->key[0] + keys->key[1] * local + keys->key[2] * remote + keys->key[3] * remote_port;
}

/// Whether an IPv6 address stands for the IPv4 address that is its last word.
static inline __attribute__((always_inline)) int cst_is_mapped(const __u32 address[4])
{
    static const __u8 prefix[sizeof(__u32)] = {0, 0, 0xff, 0xff};
    return (address[0] | address[1]) == 0 && __builtin_memcmp(&address[2], prefix, sizeof prefix) == 0;
}

/// The hash of an IPv6 destination. That of mapped addresses is the one of IPv4: both use the same ports.
static inline __attribute__((always_inline)) __u64
cst_ipv6_hash(const struct cst_destination_keys *keys, const __u32 local[4], const __u32 remote[4], __u32 remote_port)
{
    __u64 hash = cst_ipv4_hash(keys, local[3], remote[3], remote_port);
    if (cst_is_mapped(local) && cst_is_mapped(remote))
        return hash;
    return hash + keys->key[10] + keys->key[4] * local[0] + keys->key[5] * local[1] + keys->key[6] * local[2] +
           keys->key[7] * remote[0] + keys->key[8] * remote[1] + keys->key[9] * remote[2];
}

/// The places of a destination's counters by its hash, in `CST_DESTINATION_BITS` bits.
static inline __attribute__((always_inline)) __u32 cst_destination_places(__u64 hash)
{
    return (__u32)(hash >> (64 - CST_DESTINATION_BITS));
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
