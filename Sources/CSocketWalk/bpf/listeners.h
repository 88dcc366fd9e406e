// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Listening sockets, added up by endpoint: those of one chain are noted after the records that are certain.

#ifndef CSOCKETWALK_LISTENERS_H
#define CSOCKETWALK_LISTENERS_H

#include "reading.h"
#include "records.h"
#include "socket_walk.h"

enum { FAMILY_IPV4 = 2, FAMILY_IPV6 = 10 };

enum {
    /// Places for endpoints of a chain by a hash of them, a power of 2, and how many are looked at for one. An endpoint
    /// that finds no place takes another's, which then gets a second record: the loader adds them up.
    RECENT_RECORDS = 2 * WALK_RECORDS,
    RECENT_PROBES = 8,
};

/// One more than the index of a record, among those that are noted.
static __u32 recent_record[RECENT_RECORDS];
/// What identifies the records that are noted.
static struct endpoint {
    __u64 address[2];
    __u64 namespace;
    __u32 interface;
    __u16 port;
    __u16 is_ipv6;
} noted_endpoint[WALK_RECORDS], endpoint;

/// Reads the endpoint of a socket.
static __always_inline void read_endpoint(__u64 socket, __u64 namespace)
{
    endpoint.port = READ(socket, struct sock_common, skc_num);
    endpoint.is_ipv6 = READ(socket, struct sock_common, skc_family) == FAMILY_IPV6;
    endpoint.namespace = namespace;
    endpoint.interface = bpf_core_field_exists(struct sock_common, skc_bound_dev_if)
                             ? READ(socket, struct sock_common, skc_bound_dev_if)
                             : 0;
    if (endpoint.is_ipv6 && bpf_core_field_exists(struct sock_common, skc_v6_rcv_saddr)) {
        __u64 address = socket + bpf_core_field_offset(struct sock_common, skc_v6_rcv_saddr);
        endpoint.address[0] = read_u64(address);
        endpoint.address[1] = read_u64(address + sizeof(__u64));
    } else {
        endpoint.address[0] = READ(socket, struct sock_common, skc_rcv_saddr);
        endpoint.address[1] = 0;
    }
}

static __always_inline int is_same_endpoint(const struct endpoint *other)
{
    return other->address[0] == endpoint.address[0] && other->address[1] == endpoint.address[1] &&
           other->namespace == endpoint.namespace && other->interface == endpoint.interface &&
           other->port == endpoint.port && other->is_ipv6 == endpoint.is_ipv6;
}

/// The record of the endpoint, which is a new one unless it was met a short while ago.
static __always_inline struct cst_listener *record_of_endpoint(__u32 slot)
{
    __u64 rest = (__u64)endpoint.interface << 32 | endpoint.port << 1 | endpoint.is_ipv6;
    __u64 hash = (endpoint.address[0] ^ endpoint.address[1] ^ endpoint.namespace) * 0x9e3779b97f4a7c15 + rest;
    hash *= 0x9e3779b97f4a7c15;
    __u32 *place = &recent_record[(hash >> 32) & (RECENT_RECORDS - 1)], index;
    for (__u32 probe = 0; probe < RECENT_PROBES; probe++) {
        __u32 *recent = &recent_record[((hash >> 32) + probe) & (RECENT_RECORDS - 1)];
        index = *recent - 1;
        if (!is_noted_record(index)) {
            place = recent; // of another chain
            break;
        }
        if (is_same_endpoint(&noted_endpoint[index & (WALK_RECORDS - 1)]))
            return &result.listener[index & (WALK_RECORDS - 1)];
    }
    int is_lost = 0;
    index = new_record(slot == CST_OWN_NAMESPACE ? WALK_RECORDS : FOREIGN_RECORDS, &is_lost);
    if (is_lost)
        result.namespace[slot & (WALK_NAMESPACE_SLOTS - 1)].lacks_listeners = 1;
    if (index >= WALK_RECORDS)
        return NULL;
    *place = index + 1;
    index &= WALK_RECORDS - 1;
    noted_endpoint[index] = endpoint;
    struct cst_listener *record = &result.listener[index];
    *record = (struct cst_listener){
        .interface = endpoint.interface,
        .namespace_index = slot,
        .port = endpoint.port,
        .family = endpoint.is_ipv6 ? CST_IPV6 : CST_IPV4,
    };
    __builtin_memcpy(record->address, endpoint.address, sizeof record->address);
    return record;
}

/// Whether this kernel has the members that tell of a listener.
static __always_inline int has_listeners(void)
{
    return bpf_core_field_exists(struct sock, sk_ack_backlog) &&
           bpf_core_field_exists(struct sock, sk_max_ack_backlog) &&
           bpf_core_field_exists(struct sock, sk_drops.counter);
}

/// Notes what a listener says of itself.
__noinline int note_listener(__u64 socket, __u64 namespace, __u32 slot)
{
    read_endpoint(socket, namespace);
    struct cst_listener *record = record_of_endpoint(slot);
    if (!record)
        return 0;
    __u64 backlog = 0, limit = 0;
    if (has_listeners()) {
        backlog = READ(socket, struct sock, sk_ack_backlog);
        limit = READ(socket, struct sock, sk_max_ack_backlog);
        record->drops += (__u32)READ(socket, struct sock, sk_drops.counter);
    }
    record->backlog += backlog;
    record->backlog_limit += limit;
    record->full_sockets += backlog > limit;
    // The kernel admits one more than the limit.
    if (record->sockets == 0 ||
        backlog * ((__u64)record->fullest_limit + 1) > (__u64)record->fullest_backlog * (limit + 1)) {
        record->fullest_backlog = backlog;
        record->fullest_limit = limit;
    }
    record->sockets++;
    return 0;
}

#endif
