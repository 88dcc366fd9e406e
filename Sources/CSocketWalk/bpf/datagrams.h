// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// UDP sockets: the table of a namespace, and what is noted of each socket.
//
// A chain ends in null, which tells nothing of the chain; that of a socket's port and namespace is compared for each. A
// socket that gets its port anew goes to another place of its chain, to the end with SO_REUSEPORT over IPv6. Two that
// do so together could hide what lies between, so that the kernel's own number of the chain's sockets is compared too.

#ifndef CSOCKETWALK_DATAGRAMS_H
#define CSOCKETWALK_DATAGRAMS_H

#include "namespaces.h"
#include "queues.h"
#include "reading.h"
#include "records.h"
#include "socket_walk.h"

enum {
    /// Places for the ports of a chain, a power of 2: twice as many as there are in the smallest table, of 128 buckets,
    /// for each family. Ports that share a place get more than one record: the loader adds them up.
    CHAIN_PORTS = 1 << 10,
};

/// One more than the index of a port's record, among those that are noted.
static __u32 record_of_port[CHAIN_PORTS];
/// The buckets of the table that is being walked.
static __u32 udp_buckets;

/// Whether namespaces know their UDP table (Linux 6.2 and later).
static __always_inline int has_udp_table(void)
{
    return bpf_core_field_exists(struct net, ipv4.udp_table);
}

/// The UDP table of a namespace, or 0.
static __always_inline __u64 udp_table_of(__u64 namespace)
{
    return has_udp_table() ? READ_ADDRESS(namespace, struct net, ipv4.udp_table) : 0;
}

/// Whether this kernel has the members that tell of queues, and of drops.
static __always_inline int has_udp_queues(void)
{
    return bpf_core_field_exists(struct sock, sk_backlog.rmem_alloc.counter) &&
           bpf_core_field_exists(struct sock, sk_wmem_alloc.refs.counter) &&
           bpf_core_field_exists(struct udp_sock, forward_deficit);
}

static __always_inline int has_udp_drops(void)
{
    return bpf_core_field_exists(struct sock, sk_drops.counter);
}

/// Notes the queues of a socket as the kernel reports them. What is allocated but not used any more is returned late.
static __always_inline void note_udp_queues(__u64 socket, int is_ipv6)
{
    if (!has_udp_queues())
        return;
    __s32 receive = READ(socket, struct sock, sk_backlog.rmem_alloc.counter);
    receive -= READ(socket, struct udp_sock, forward_deficit);
    // The socket itself holds one.
    __s32 send = READ(socket, struct sock, sk_wmem_alloc.refs.counter) - 1;
    noted_queues.receive_bytes[is_ipv6 & 1] += receive > 0 ? receive : 0;
    noted_queues.send_bytes[is_ipv6 & 1] += send > 0 ? send : 0;
}

static __always_inline __u32 udp_drops(__u64 socket)
{
    if (bpf_core_field_exists(struct sock, sk_drop_counters) && // since 6.18
        bpf_core_field_exists(struct numa_drop_counters, drops1.counter)) {
        __u64 counters = READ_ADDRESS(socket, struct sock, sk_drop_counters);
        if (counters)
            return READ(counters, struct numa_drop_counters, drops0.counter) +
                   READ(counters, struct numa_drop_counters, drops1.counter);
    }
    return READ(socket, struct sock, sk_drops.counter);
}

/// The record of a port, which is a new one unless the chain had a socket on it before.
static __always_inline struct walk_udp_port *noted_port(__u32 port, __u32 family)
{
    // Those of one chain and namespace differ by multiples of the number of buckets.
    __u32 *place = &record_of_port[((port / udp_buckets) << 1 | family) & (CHAIN_PORTS - 1)];
    __u32 index = *place - 1;
    if (is_noted_record(index)) {
        struct walk_udp_port *record = &result.udp_port[index & (WALK_RECORDS - 1)];
        if (record->port == port && record->family == family)
            return record;
    }
    int is_lost = 0;
    index = new_record(WALK_RECORDS, &is_lost);
    if (is_lost)
        result.scan.lacks_drops = 1;
    if (index >= WALK_RECORDS)
        return NULL;
    *place = index + 1;
    struct walk_udp_port *record = &result.udp_port[index & (WALK_RECORDS - 1)];
    *record = (struct walk_udp_port){.port = port, .family = family};
    return record;
}

/// Notes what a socket of the own namespace says.
__noinline int note_udp_port(__u64 socket, __u32 port, __u32 family)
{
    note_udp_queues(socket, family == CST_IPV6);
    if (!has_udp_drops())
        return 0;
    struct walk_udp_port *record = noted_port(port, family);
    if (record)
        record->drops += udp_drops(socket);
    return 0;
}

/// In which bits the number of a socket's bucket differs from another. 0 where this kernel does not tell.
static __always_inline __u32 udp_bucket_difference(__u64 namespace, __u32 port, __u32 bucket)
{
    if (!bpf_core_field_exists(struct net, hash_mix))
        return 0;
    return (port + READ(namespace, struct net, hash_mix)) ^ bucket;
}

/// Whether as many sockets were read as the chain has by the kernel's number. Where it changes all the time, as the
/// long chain of a server's port does, about as many.
static __always_inline int is_chain_length(__u64 head, __u64 length, int is_strict)
{
    if (!bpf_core_field_exists(struct udp_hslot, count))
        return 1;
    __u64 slot = head - bpf_core_field_offset(struct udp_hslot, head);
    __u64 count = (__u32)READ(slot, struct udp_hslot, count);
    __u64 difference = count > length ? count - length : length - count;
    return difference <= (is_strict ? 0 : count / 16);
}

#endif
