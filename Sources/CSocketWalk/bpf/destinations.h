// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Where the connections of the own namespace go that the kernel may have given their local port to.

#ifndef CSOCKETWALK_DESTINATIONS_H
#define CSOCKETWALK_DESTINATIONS_H

#include "reading.h"
#include "socket_walk.h"

extern struct walk_result result SEC(".bss.result");

/// In what is noted of a destination: there is one.
enum { NOTED_DESTINATION = 1 << CST_DESTINATION_BITS };

static __always_inline int is_in_port_set(const __u8 *set, __u32 port)
{
    return set[port >> 3 & (CST_PORT_SET_SIZE - 1)] >> (port & 7) & 1;
}

static __always_inline const struct cst_destination_keys *destination_keys(void)
{
    const struct cst_destination_keys *keys = (const struct cst_destination_keys *)&setup.destination_keys;
    barrier_var(keys); // or the compiler takes the keys for those of before loading
    return keys;
}

static __always_inline void read_address(__u64 address, __u32 *words)
{
    __u64 halves[] = {read_u64(address), read_u64(address + sizeof(__u64))};
    __builtin_memcpy(words, halves, sizeof halves);
}

__noinline int ipv6_destination(__u64 socket, __u32 remote_port)
{
    if (!bpf_core_field_exists(struct sock_common, skc_v6_daddr) ||
        !bpf_core_field_exists(struct sock_common, skc_v6_rcv_saddr))
        return 0;
    __u32 local[4], remote[4];
    read_address(socket + bpf_core_field_offset(struct sock_common, skc_v6_rcv_saddr), local);
    read_address(socket + bpf_core_field_offset(struct sock_common, skc_v6_daddr), remote);
    __u64 hash = cst_ipv6_hash(destination_keys(), local, remote, remote_port);
    return cst_destination_places(hash) | NOTED_DESTINATION;
}

static __always_inline __u32 ipv4_destination(__u64 socket, __u32 remote_port)
{
    __u32 remote = READ(socket, struct sock_common, skc_daddr), local = READ(socket, struct sock_common, skc_rcv_saddr);
    return cst_destination_places(cst_ipv4_hash(destination_keys(), local, remote, remote_port)) | NOTED_DESTINATION;
}

/// Adds sockets to their destination.
static __always_inline int add_destination(__u32 destination, __u32 port, __u32 sockets)
{
    __u32 most = cst_add_to_destination(&result.destinations, destination, sockets);
    if (result.scan.busiest_destination < most)
        result.scan.busiest_destination = most;
    result.used_ports[port >> 3 & (CST_PORT_SET_SIZE - 1)] |= 1 << (port & 7);
    return 0;
}

#endif
