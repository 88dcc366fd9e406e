// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The sockets of the chains that are being read: noted first, and added to the result when all of the chains were seen
// whole.

#ifndef CSOCKETWALK_NOTES_H
#define CSOCKETWALK_NOTES_H

#include "cgroups.h"
#include "connections.h"
#include "datagrams.h"
#include "destinations.h"
#include "folds.h"
#include "listeners.h"
#include "namespaces.h"
#include "queues.h"
#include "reading.h"
#include "records.h"
#include "socket_walk.h"

enum {
    /// Sockets that can be noted at a time, a power of 2.
    NOTES = WALK_LONGEST_CHAIN,
    /// Notes that are added in one step.
    NOTES_PER_STEP = 8,
};

/// What is noted of a socket: its family and state, which are its place in the counts; its local port or, with
/// `NOTE_OF_NAMESPACE`, the place of its namespace in the list; and its destination.
enum {
    NOTE_STATE = CST_STATES - 1,
    NOTE_IPV6 = CST_STATES,
    NOTE_OF_NAMESPACE = 1 << 5,
    NOTE_UNKNOWN_FAMILY = 1 << 6,
    /// A detail of it was noted.
    NOTE_HAS_DETAIL = 1 << 7,
    NOTE_PLACE_SHIFT = 16,
    NOTE_DESTINATION_SHIFT = 32,
};

static __u64 notes[NOTES];
/// The places of their cgroups.
static __u16 noted_cgroup[NOTES];
static __u32 noted;
/// Sockets that the run has visited.
static __u32 visited;
/// Not 0 when a socket was met that does not belong where it was met.
static __u32 strangers;
/// The bits of a socket's hash that tell its bucket; 0 for a table whose sockets do not hold their hash.
static __u32 hash_mask;
static __u64 tells_namespaces_apart;
static __u64 walked_protocol;

static __always_inline int walks_udp(void)
{
    return walked_protocol == WALK_UDP;
}

/// Whether the sums of queues are read.
static __always_inline int reads_queues(void)
{
    return walks_udp() || has_fold(WALK_FOLD_QUEUES);
}

static __always_inline __u64 namespace_of(__u64 socket)
{
    if (!bpf_core_field_exists(struct sock_common, skc_net.net)) // a kernel with one namespace
        return own_namespace;
    return READ_ADDRESS(socket, struct sock_common, skc_net.net);
}

/// Notes what a socket waits for.
static __always_inline void note_waiting(__u64 socket, __u32 kind, int is_ipv6)
{
    if (kind == CST_TIME_WAIT)
        note_timer(TIMER_TIME_WAIT);
    else if (kind == CST_NEW_SYN_RECV)
        note_timer(TIMER_RETRANSMIT);
    else
        note_queues(socket, is_ipv6, kind == CST_LISTEN);
}

/// Notes a socket without a connection. In the table of connections it has just left that, or belongs elsewhere.
static __always_inline void note_passive(__u64 socket, __u64 namespace, __u32 slot, __u32 state)
{
    if (hash_mask)
        strangers = 1;
    else if (state == CST_LISTEN)
        note_listener(socket, namespace, slot);
}

/// Notes what else a socket of another namespace says, and returns the namespace's place.
__noinline int note_foreign(__u64 socket, __u64 namespace, __u32 kind)
{
    if (namespace == 0) // half made
        strangers = 1;
    if (namespace == 0 || !tells_namespaces_apart)
        return CST_OTHER_NAMESPACES;
    __u32 slot = namespace_slot(namespace);
    if (kind != CST_TIME_WAIT && kind != CST_NEW_SYN_RECV)
        note_cgroup(slot, socket);
    if (kind == CST_LISTEN || kind == CST_CLOSE)
        note_passive(socket, namespace, slot, kind);
    return slot;
}

/// What is read of each socket.
struct fields {
    __u32 hash;
    __u32 remote_port;
    __u32 port;
    __u32 family;
    /// The state, but minisockets and requests have states of their own.
    __u32 kind;
};

/// Whether one member begins so many bytes after another. Known when the program is loaded: the way that is not taken
/// is left out.
#define IS_AFTER(member, other, bytes)                                                                                 \
    (bpf_core_field_offset(struct sock_common, member) - bpf_core_field_offset(struct sock_common, other) == (bytes))

/// Reads two members at once where they lie side by side, as they do in all kernels so far.
static __always_inline struct fields read_fields(__u64 socket)
{
    struct fields fields;
    __u64 word = READ_ADDRESS(socket, struct sock_common, skc_hash);
    fields.hash = word;
    fields.port = IS_AFTER(skc_num, skc_hash, 6) ? word >> 48 : READ(socket, struct sock_common, skc_num);
    fields.remote_port =
        IS_AFTER(skc_dport, skc_hash, 4) ? word >> 32 & 0xffff : READ(socket, struct sock_common, skc_dport);
    if (IS_AFTER(skc_state, skc_family, 2)) {
        word = READ_ADDRESS(socket, struct sock_common, skc_family);
        fields.family = word & 0xffff;
        fields.kind = word >> 16 & 0xff;
    } else {
        fields.family = READ(socket, struct sock_common, skc_family);
        fields.kind = READ(socket, struct sock_common, skc_state);
    }
    return fields;
}

static __always_inline __u32 note_of_family(__u32 family)
{
    return family == FAMILY_IPV6 ? NOTE_IPV6 : family == FAMILY_IPV4 ? 0 : NOTE_UNKNOWN_FAMILY;
}

static __always_inline int counts_cgroups(void)
{
    return has_fold(WALK_FOLD_CGROUPS) && !walks_udp();
}

/// Whether a TCP socket of another namespace counts for its cgroup, as those of the own one do.
static __always_inline int counts_for_cgroup(__u32 note)
{
    return !(note & NOTE_UNKNOWN_FAMILY) && (!(note & NOTE_OF_NAMESPACE) || tells_namespaces_apart);
}

static __always_inline void add_to_notes(__u32 note, __u32 place, __u32 destination)
{
    notes[noted & (NOTES - 1)] = note | (__u64)place << NOTE_PLACE_SHIFT | (__u64)destination << NOTE_DESTINATION_SHIFT;
    noted++;
}

/// Notes a TCP socket, and returns in which bits its hash differs from its bucket's number; those within the table's
/// mask say that it belongs to another chain. 0 for the end of a chain.
// Not static: the verifier then checks it once by itself, and not at each place where it is called.
__noinline int note_socket(__u64 node, __u32 bucket)
{
    if (is_end(node))
        return 0;
    __u64 socket = node - bpf_core_field_offset(struct sock_common, skc_nulls_node);
    struct fields fields = read_fields(socket);
    __u32 state = fields.kind, place = fields.port, destination = 0;
    __u64 namespace = namespace_of(socket);
    if (fields.kind == CST_TIME_WAIT) // a minisocket, which may also stand for an orphan in FIN_WAIT2
        state = READ(socket, struct inet_timewait_sock, tw_substate);

    __u32 note = state & NOTE_STATE;
    note |= note_of_family(fields.family);
    if (namespace != own_namespace) {
        note |= NOTE_OF_NAMESPACE;
        place = note_foreign(socket, namespace, fields.kind);
    } else {
        if (state == CST_LISTEN || state == CST_CLOSE) {
            note_passive(socket, namespace, CST_OWN_NAMESPACE, state);
            place = 0; // a listener's record has the port
        } else if (is_in_port_set(result.ephemeral_ports, place)) {
            destination = fields.family == FAMILY_IPV6 ? (__u32)ipv6_destination(socket, fields.remote_port)
                                                       : ipv4_destination(socket, fields.remote_port);
        }
    }
    add_to_notes(note, place, destination);
    return fields.hash ^ bucket;
}

/// Notes what the folds say of the TCP socket that was noted last.
// Not by `note_socket`: what is not loaded costs nothing there, not even registers.
static __always_inline void note_folds(__u64 node)
{
    if (is_end(node))
        return;
    __u64 socket = node - bpf_core_field_offset(struct sock_common, skc_nulls_node);
    __u32 index = (noted - 1) & (NOTES - 1), kind = READ(socket, struct sock_common, skc_state), note = notes[index];
    int is_own = !(note & (NOTE_OF_NAMESPACE | NOTE_UNKNOWN_FAMILY));
    if (has_fold(WALK_FOLD_QUEUES) && is_own)
        note_waiting(socket, kind, (note & NOTE_IPV6) != 0);
    if (has_fold(WALK_FOLD_CGROUPS)) {
        int has_cgroup = kind != CST_TIME_WAIT && kind != CST_NEW_SYN_RECV && counts_for_cgroup(note);
        noted_cgroup[index] = has_cgroup ? cgroup_slot_of(socket) : CST_NO_CGROUP;
    }
    if (has_fold(WALK_FOLD_LATENCY | WALK_FOLD_IDLE) && is_own && is_connection(kind)) {
        note_detail(socket, kind);
        notes[index] |= NOTE_HAS_DETAIL;
    }
}

/// Reads what the folds will read of a socket, which is then on its way from memory while others are looked at: of
/// three cache lines at most. With more for each of many sockets it takes longer than without.
///
/// - `harmless`: an address that is read instead at the end of a chain.
static __always_inline void touch_folds(__u64 node, __u64 harmless)
{
    __u64 is_socket = (node & 1) - 1;
    __u64 socket =
        ((node & is_socket) | (harmless & ~is_socket)) - bpf_core_field_offset(struct sock_common, skc_nulls_node);
    if (setup.folds & (WALK_FOLD_IDLE | WALK_FOLD_QUEUES))
        return;
    if (has_fold(WALK_FOLD_CGROUPS) && has_cgroups())
        touch(socket + bpf_core_field_offset(struct sock, sk_cgrp_data.cgroup));
    if (has_fold(WALK_FOLD_LATENCY) && has_latency()) {
        touch(socket + bpf_core_field_offset(struct tcp_sock, srtt_us));
        touch(socket + bpf_core_field_offset(struct tcp_sock, snd_cwnd));
    }
}

/// Notes a UDP socket, and returns as `note_socket` does in which bits its bucket's number differs.
__noinline int note_udp_socket(__u64 node, __u32 bucket)
{
    if (is_end(node))
        return 0;
    __u64 socket = node - bpf_core_field_offset(struct sock_common, skc_nulls_node);
    struct fields fields = read_fields(socket);
    __u64 namespace = namespace_of(socket);
    __u32 note = (fields.kind & NOTE_STATE) | note_of_family(fields.family) | NOTE_OF_NAMESPACE;
    __u32 slot = CST_OTHER_NAMESPACES;
    if (namespace == own_namespace) {
        slot = CST_OWN_NAMESPACE;
        if (!(note & NOTE_UNKNOWN_FAMILY))
            note_udp_port(socket, fields.port, note & NOTE_IPV6 ? CST_IPV6 : CST_IPV4);
    } else if (namespace == 0) {
        strangers = 1;
    } else if (tells_namespaces_apart) {
        slot = namespace_slot(namespace);
        note_cgroup(slot, socket);
    }
    add_to_notes(note, slot, 0);
    return udp_bucket_difference(namespace, fields.port, bucket);
}

/// Whether there was room for all that was noted.
static __always_inline int notes_are_whole(void)
{
    return noted <= NOTES && details_are_whole() && !needs_empty_records;
}

/// Adds the note of an index below `NOTES`, which stands for so many sockets.
static __always_inline void add_note(__u32 index, __u32 sockets)
{
    __u64 noted_socket = notes[index];
    __u32 note = noted_socket, destination = noted_socket >> NOTE_DESTINATION_SHIFT;
    __u32 group = note & (NOTE_IPV6 | NOTE_STATE), place = note >> NOTE_PLACE_SHIFT;
    if (note & NOTE_UNKNOWN_FAMILY) {
        result.scan.unknown_families += sockets;
    } else if (note & NOTE_OF_NAMESPACE) {
        (&result.namespace[place & (WALK_NAMESPACE_SLOTS - 1)].sockets[0][0])[group] += sockets;
    } else {
        __u32 slot = result.port_slot[place];
        (&result.namespace[CST_OWN_NAMESPACE].sockets[0][0])[group] += sockets;
        result.port_sockets[slot & (CST_PORT_SLOTS - 1)][note & NOTE_STATE] += sockets;
        if (destination)
            add_destination(destination, place, sockets);
        if (has_fold(WALK_FOLD_LATENCY | WALK_FOLD_IDLE) && (note & NOTE_HAS_DETAIL))
            add_detail(slot, note & NOTE_STATE);
    }
    if (counts_cgroups() && counts_for_cgroup(note))
        add_to_cgroup(noted_cgroup[index], note & NOTE_STATE, sockets);
}

static long add_step_of_notes(__u32 step, void *context)
{
    __u32 first = (step * NOTES_PER_STEP) & (NOTES - NOTES_PER_STEP);
#pragma unroll
    for (unsigned note = 0; note < NOTES_PER_STEP; note++)
        add_note(first + note, 1);
    return 0;
}

static long add_single_note(__u32 index, const __u32 *first)
{
    add_note((*first + index) & (NOTES - 1), 1);
    return 0;
}

/// Adds what goes with the notes that were added: so many sockets, of which the longest chain has so many.
static __always_inline void add_sums(__u64 sockets, __u64 length)
{
    result.scan.visited_sockets += sockets;
    records = all_records();
    result.scan.records = records;
    if (reads_queues())
        add_queues(&result.scan.queues);
    if (result.scan.longest_chain < length)
        result.scan.longest_chain = length;
}

/// Adds the sockets noted to the result: several at a time, which takes a third of the time, and then the rest.
__noinline int add_notes(__u64 length)
{
    __u32 steps = noted / NOTES_PER_STEP, first = steps * NOTES_PER_STEP;
    bpf_loop(steps, add_step_of_notes, NULL, 0);
    bpf_loop(noted - first, add_single_note, &first, 0);
    add_sums(noted, length);
    return 0;
}

static __always_inline void forget_notes(void)
{
    noted = 0;
    noted_records = 0;
    strangers = 0;
    forget_details();
    if (reads_queues())
        __builtin_memset(&noted_queues, 0, sizeof noted_queues);
}

#endif
