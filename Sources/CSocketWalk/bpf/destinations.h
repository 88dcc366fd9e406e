// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Where the connections of the own namespace go that the kernel may have given their local port to.

#ifndef CSOCKETWALK_DESTINATIONS_H
#define CSOCKETWALK_DESTINATIONS_H

#include "reading.h"
#include "socket_walk.h"

extern struct walk_result result SEC(".bss.result");

/// In what is noted of a destination: there is one.
enum { NOTED_DESTINATION = 1 << (2 * CST_DESTINATION_COUNTER_BITS) };

static __always_inline int is_in_port_set(const __u8 *set, __u32 port)
{
    return set[port >> 3 & (CST_PORT_SET_SIZE - 1)] >> (port & 7) & 1;
}

static __always_inline void read_address(__u64 address, __u32 *words)
{
    __u64 halves[] = {read_u64(address), read_u64(address + sizeof(__u64))};
    __builtin_memcpy(words, halves, sizeof halves);
}

/// What is to be noted of a socket's destination.
__noinline int destination_of(__u64 socket, int is_ipv6, __u32 remote_port)
{
    struct cst_destination destination = {.remote_port = remote_port};
    if (is_ipv6 && bpf_core_field_exists(struct sock_common, skc_v6_daddr) &&
        bpf_core_field_exists(struct sock_common, skc_v6_rcv_saddr)) {
        read_address(socket + bpf_core_field_offset(struct sock_common, skc_v6_daddr), destination.remote);
        read_address(socket + bpf_core_field_offset(struct sock_common, skc_v6_rcv_saddr), destination.local);
        cst_unmap(destination.remote);
        cst_unmap(destination.local);
    } else {
        destination.remote[3] = READ(socket, struct sock_common, skc_daddr);
        destination.local[3] = READ(socket, struct sock_common, skc_rcv_saddr);
    }
    const struct cst_destination_keys *keys = (const struct cst_destination_keys *)&setup.destination_keys;
    barrier_var(keys); // or the compiler takes the keys for those of before loading
    return cst_destination_places(keys, &destination) | NOTED_DESTINATION;
}

/// Adds sockets to their destination.
__noinline int add_destination(__u32 destination, __u32 port, __u32 sockets)
{
    __u32 most = cst_add_to_destination(&result.destinations, destination, sockets);
    if (result.scan.busiest_destination < most)
        result.scan.busiest_destination = most;
    result.used_ports[port >> 3 & (CST_PORT_SET_SIZE - 1)] |= 1 << (port & 7);
    return 0;
}

#endif
