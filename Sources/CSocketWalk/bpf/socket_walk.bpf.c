// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Walks the kernel's TCP hash tables in place and counts the sockets by namespace, family, state and local port.
//
// No lock and no reference is taken. Sockets are freed by RCU and their memory stays a socket's within a read section
// (SLAB_TYPESAFE_BY_RCU); every read is fault-tolerant. A chain ends in a "nulls" value that carries its bucket's
// number: with another number a socket was moved while it was read, and the chain is counted again. So the sockets of a
// group of chains are noted first and added to the result when all chains were seen whole.

// clang-format off
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
// clang-format on

#include "socket_walk.h"
#include "namespaces.h"
#include "queues.h"
#include "reading.h"

enum {
    /// Chains read at the same time, so that their cache misses overlap.
    LANES = 16,
    /// Buckets that are skipped together when they are empty, a power of 2.
    SPAN = 32,
    /// Sockets of a chain that the interleaved walk reads; a longer chain is read by itself.
    LEVELS = 1024,
    /// Sockets that can be noted at a time, a power of 2.
    NOTES = 1 << 16,
    /// How often a chain that changed is read again.
    ATTEMPTS = 8,
    /// With so many records of listeners a run ends: the next group of chains may bring as many.
    ENOUGH_LISTENER_RECORDS = WALK_LISTENER_RECORDS / 2,
};

enum { STATE_SYN_RECV = 3, STATE_TIME_WAIT = 6, STATE_LISTEN = 10, STATE_NEW_SYN_RECV = 12 };
enum { FAMILY_IPV4 = 2, FAMILY_IPV6 = 10 };
enum { LISTENING_NULLS_BASE = 1 << 29 };

struct walk_result result SEC(".bss.result");

/// What is noted of a socket: its family and state, which are its place in the counts, and its local port or, of
/// another namespace, that one's place in the list.
enum {
    NOTE_STATE = WALK_STATES - 1,
    NOTE_IPV6 = WALK_STATES,
    NOTE_OTHER_NAMESPACE = 1 << 5,
    NOTE_UNKNOWN_FAMILY = 1 << 6,
    NOTE_PLACE_SHIFT = 16,
};

#ifndef WALK_CHANGED_READS
#define WALK_CHANGED_READS 0
#endif
/// How many reads of each chain find another end than they expect: none, but in the test of what happens then.
const volatile __u32 changed_reads = WALK_CHANGED_READS;

/// Notes that are added in one step.
enum { NOTES_PER_STEP = 8 };

static __u32 notes[NOTES];
static __u32 noted;
static __u32 noted_listeners;
static __u64 tells_namespaces_apart;
static __u64 reads_queues;

/// Where the walk is: in static memory, since the stack is small.
static struct walk {
    __u64 heads;
    __u64 stride;
    __u64 nulls_base;
    __u32 first_bucket;
    /// One more than the last bucket of the run.
    __u32 end_bucket;
    /// The first bucket of the span that is not empty.
    __u32 span;
    __u64 first_nodes[LANES];
    __u64 nodes[LANES];
} walk;

/// The nulls value at the end of a bucket's chain, as a read of it expects it: the group's is read 0, and then come
/// those of the chain by itself.
static __always_inline __u64 chain_end(__u32 bucket, __u32 read)
{
    return ((walk.nulls_base + bucket) << 1 | 1) ^ (read < changed_reads ? 2 : 0);
}

/// Notes what a listener says of itself, after the records that are certain.
__noinline int note_listener(__u64 socket)
{
    __u32 index = result.listeners + noted_listeners++;
    if (index >= WALK_LISTENER_RECORDS) // its chain will not count
        return 0;
    struct walk_listener *record = &result.listener[index & (WALK_LISTENER_RECORDS - 1)];
    record->port = READ(socket, struct sock_common, skc_num);
    record->backlog = READ(socket, struct sock, sk_ack_backlog);
    record->backlog_limit = READ(socket, struct sock, sk_max_ack_backlog);
    record->drops = READ(socket, struct sock, sk_drops.counter);
    record->is_ipv6 = READ(socket, struct sock_common, skc_family) == FAMILY_IPV6;
    if (record->is_ipv6 && bpf_core_field_exists(struct sock_common, skc_v6_rcv_saddr)) {
        __u64 address = socket + bpf_core_field_offset(struct sock_common, skc_v6_rcv_saddr);
        record->address[0] = read_u64(address);
        record->address[1] = read_u64(address + sizeof(__u64));
    } else {
        record->address[0] = 0;
        record->address[1] = 0;
        *(__u32 *)&record->address[0] = READ(socket, struct sock_common, skc_rcv_saddr);
    }
    return 0;
}

/// Notes what a socket waits for.
static __always_inline void note_waiting(__u64 socket, __u32 kind, int is_ipv6)
{
    if (kind == STATE_TIME_WAIT)
        note_timer(TIMER_TIME_WAIT);
    else if (kind == STATE_NEW_SYN_RECV)
        note_timer(TIMER_RETRANSMIT);
    else
        note_queues(socket, is_ipv6, kind == STATE_LISTEN);
}

// Not static: the verifier then checks it once by itself, and not at each place where it is called.
__noinline int note_socket(__u64 node)
{
    if (node & 1)
        return 0;
    __u64 socket = node - bpf_core_field_offset(struct sock_common, skc_nulls_node);
    __u32 kind = READ(socket, struct sock_common, skc_state), state = kind;
    __u32 family = READ(socket, struct sock_common, skc_family);
    __u32 place = READ(socket, struct sock_common, skc_num);
    __u64 namespace = READ_ADDRESS(socket, struct sock_common, skc_net.net);
    if (kind == STATE_TIME_WAIT) // a minisocket, which may also stand for an orphan in FIN_WAIT2
        state = READ(socket, struct inet_timewait_sock, tw_substate);
    if (kind == STATE_NEW_SYN_RECV)
        state = STATE_SYN_RECV;

    __u32 note = state & NOTE_STATE;
    if (family == FAMILY_IPV6)
        note |= NOTE_IPV6;
    else if (family != FAMILY_IPV4)
        note |= NOTE_UNKNOWN_FAMILY;
    if (namespace != own_namespace) {
        note |= NOTE_OTHER_NAMESPACE;
        place = tells_namespaces_apart ? namespace_slot(namespace) : WALK_OTHER_NAMESPACES;
    } else {
        if (state == STATE_LISTEN)
            note_listener(socket);
        if (reads_queues)
            note_waiting(socket, kind, family == FAMILY_IPV6);
    }
    notes[noted & (NOTES - 1)] = note | place << NOTE_PLACE_SHIFT;
    noted++;
    return 0;
}

/// Whether there was room for all that was noted.
static __always_inline int notes_are_whole(void)
{
    return noted <= NOTES && result.listeners + noted_listeners <= WALK_LISTENER_RECORDS;
}

static __always_inline void add_note(__u32 note)
{
    __u32 group = note & (NOTE_IPV6 | NOTE_STATE), place = note >> NOTE_PLACE_SHIFT;
    if (note & NOTE_UNKNOWN_FAMILY) {
        result.unknown_families++;
    } else if (note & NOTE_OTHER_NAMESPACE) {
        (&result.namespace[place & (WALK_NAMESPACE_SLOTS - 1)].sockets[0][0])[group]++;
    } else {
        (&result.namespace[WALK_OWN_NAMESPACE].sockets[0][0])[group]++;
        result.port_sockets[result.port_slot[place] & (WALK_PORT_SLOTS - 1)][note & NOTE_STATE]++;
    }
}

static long add_step_of_notes(__u32 index, void *context)
{
    const __u32 *step = &notes[(index * NOTES_PER_STEP) & (NOTES - NOTES_PER_STEP)];
#pragma unroll
    for (unsigned note = 0; note < NOTES_PER_STEP; note++)
        add_note(step[note]);
    return 0;
}

static long add_single_note(__u32 index, const __u32 *first)
{
    add_note(notes[(*first + index) & (NOTES - 1)]);
    return 0;
}

/// Adds the sockets noted to the result: several at a time, which takes a third of the time, and then the rest.
__noinline int add_notes(__u64 length)
{
    __u32 steps = noted / NOTES_PER_STEP, first = steps * NOTES_PER_STEP;
    bpf_loop(steps, add_step_of_notes, NULL, 0);
    bpf_loop(noted - first, add_single_note, &first, 0);
    result.visited_sockets += noted;
    result.listeners += noted_listeners;
    if (reads_queues)
        add_queues(&result.queues);
    if (result.longest_chain < length)
        result.longest_chain = length;
    return 0;
}

static __always_inline void forget_notes(void)
{
    noted = 0;
    noted_listeners = 0;
    if (reads_queues)
        __builtin_memset(&noted_queues, 0, sizeof noted_queues);
}

static long step_along_chain(__u32 index, __u64 *node)
{
    if (*node & 1 || noted > NOTES)
        return 1;
    __u64 next = read_u64(*node);
    note_socket(*node);
    *node = next;
    return 0;
}

/// Counts one chain by itself, until it is seen whole.
__noinline int count_chain(__u64 head, __u32 bucket)
{
    for (__u32 attempt = 0; attempt < ATTEMPTS; attempt++) {
        __u64 first = read_u64(head), node = first;
        forget_notes();
        bpf_loop(NOTES + 1, step_along_chain, &node, 0);
        if (node == chain_end(bucket, 1 + attempt) && first == read_u64(head) && notes_are_whole()) {
            add_notes(noted);
            return 0;
        }
        if (noted > NOTES) // too long, and no shorter when it is read again
            break;
        result.recounted_chains++;
    }
    result.uncounted_chains++;
    return 0;
}

/// One socket of each chain. A lane that is at its end reads a harmless address, so that there is no branch to
/// mispredict.
static long step_along_lanes(__u32 level, void *context)
{
    __u64 finished = 1, next[LANES];
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        __u64 node = walk.nodes[lane], is_socket = (node & 1) - 1;
        next[lane] = (read_u64((node & is_socket) | (walk.heads & ~is_socket)) & is_socket) | (node & ~is_socket);
        barrier_var(next[lane]); // or the compiler keeps all that it is made of for later, on a stack that is small
    }
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        note_socket(walk.nodes[lane]);
        walk.nodes[lane] = next[lane];
        finished &= next[lane];
    }
    return finished & 1;
}

/// Counts as many buckets as there are lanes.
static long count_group(__u32 index, void *context)
{
    __u32 bucket = walk.span + index * LANES;
    __u64 head = walk.heads + bucket * walk.stride, empty = 1, wrong = 0;
    result.next_bucket = bucket + LANES;
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        walk.nodes[lane] = walk.first_nodes[lane] = read_u64(head + lane * walk.stride);
        empty &= walk.nodes[lane];
    }
    if (empty & 1)
        return 0;
    forget_notes();
    __u64 levels = bpf_loop(LEVELS, step_along_lanes, NULL, 0), end = chain_end(bucket, 0);
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        __u64 difference = walk.nodes[lane] ^ (end + 2 * lane);
        difference |= walk.first_nodes[lane] ^ read_u64(head + lane * walk.stride);
        barrier_var(difference); // or the compiler makes a branch of each lane
        wrong |= difference;
    }
    if (wrong == 0 && notes_are_whole()) {
        add_notes(levels);
        return 0;
    }
    result.recounted_chains++;
#pragma unroll
    for (int lane = 0; lane < LANES; lane++)
        count_chain(head + lane * walk.stride, bucket + lane);
    return 0;
}

/// Counts one bucket of a span.
static long count_bucket(__u32 index, void *context)
{
    __u32 bucket = walk.span + index;
    if (bucket >= walk.end_bucket || result.listeners > ENOUGH_LISTENER_RECORDS)
        return 1;
    result.next_bucket = bucket + 1;
    __u64 head = walk.heads + bucket * walk.stride;
    if ((read_u64(head) & 1) == 0)
        count_chain(head, bucket);
    return 0;
}

static __always_inline int is_empty_span(__u32 bucket)
{
    __u64 head = walk.heads + bucket * walk.stride, empty = 1;
#pragma unroll
    for (int i = 0; i < SPAN; i++)
        empty &= read_u64(head + i * walk.stride);
    return empty & 1;
}

/// Counts many buckets, or sees that all are empty: a table for millions of sockets is mostly that on most servers.
static long count_span(__u32 index, void *context)
{
    __u32 bucket = walk.first_bucket + index * SPAN;
    if (bucket >= walk.end_bucket || result.listeners > ENOUGH_LISTENER_RECORDS)
        return 1;
    int is_whole = bucket + SPAN <= walk.end_bucket;
    if (is_whole && is_empty_span(bucket)) {
        result.next_bucket = bucket + SPAN;
        return 0;
    }
    walk.span = bucket;
    // Listeners are few, and each bucket of theirs may bring many records.
    if (is_whole && walk.nulls_base == 0)
        bpf_loop(SPAN / LANES, count_group, NULL, 0);
    else
        bpf_loop(SPAN, count_bucket, NULL, 0);
    return result.next_bucket != bucket + SPAN;
}

/// Finds the table of listeners, and returns how many buckets it has.
static __always_inline __u64 find_listeners(__u64 hashinfo)
{
    __u64 table, buckets;
    if (bpf_core_field_exists(struct inet_hashinfo___before_5_19, listening_hash)) {
        table = hashinfo + bpf_core_field_offset(struct inet_hashinfo___before_5_19, listening_hash);
        buckets = LISTENING_HASH_BUCKETS;
    } else {
        table = READ_ADDRESS(hashinfo, struct inet_hashinfo, lhash2);
        buckets = (__u64)READ(hashinfo, struct inet_hashinfo, lhash2_mask) + 1;
    }
    walk.heads = table + bpf_core_field_offset(struct inet_listen_hashbucket, nulls_head);
    walk.stride = bpf_core_type_size(struct inet_listen_hashbucket);
    walk.nulls_base = LISTENING_NULLS_BASE;
    return buckets;
}

/// Finds the table of all other sockets, and returns how many buckets it has.
static __always_inline __u64 find_connections(__u64 hashinfo)
{
    walk.heads = READ_ADDRESS(hashinfo, struct inet_hashinfo, ehash);
    walk.stride = bpf_core_type_size(struct inet_ehash_bucket);
    walk.nulls_base = 0;
    return (__u64)READ(hashinfo, struct inet_hashinfo, ehash_mask) + 1;
}

static __always_inline void walk_table(const struct walk_request *request)
{
    __u64 hashinfo = hashinfo_at_slot(request->namespace_slot);
    result.namespace_is_gone = hashinfo == 0;
    if (hashinfo == 0)
        return;
    result.table_buckets = request->part == WALK_LISTENERS ? find_listeners(hashinfo) : find_connections(hashinfo);
    __u64 end = request->first_bucket + request->buckets;
    walk.first_bucket = request->first_bucket;
    walk.end_bucket = end < result.table_buckets ? end : result.table_buckets;
    bpf_loop((request->buckets + SPAN - 1) / SPAN, count_span, NULL, 0);
}

static __always_inline void run(const struct walk_request *request)
{
    READ_LOCK();
    if (request->part == WALK_NAMESPACES) {
        own_namespace = current_namespace();
        tells_namespaces_apart = request->by_namespace;
        reads_queues = request->with_queues;
        list_namespaces(request->by_namespace);
    } else {
        walk_table(request);
    }
    READ_UNLOCK();
}

#ifdef WALK_PROBE_READ
// The kernel passes the words of the context.
SEC("raw_tp/sched_switch")
int walk_sockets(__u64 *context)
{
    struct walk_request request = {context[0], context[1], context[2], context[3], context[4], context[5]};
    run(&request);
    return 0;
}
#else
SEC("syscall")
int walk_sockets(struct walk_request *request)
{
    run(request);
    return 0;
}
#endif

char LICENSE[] SEC("license") = "Dual BSD/GPL";
