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
#include "notes.h"
#include "reading.h"

enum {
    /// Chains read at the same time, so that their cache misses overlap.
    LANES = 16,
    /// Buckets that are skipped together when they are empty, a power of 2.
    SPAN = 32,
    /// Sockets of a chain that the interleaved walk reads; a longer chain is read by itself.
    LEVELS = 1024,
    /// How often a chain that changed is read again.
    ATTEMPTS = 8,
    /// With so many records of listeners a run ends: the next group of chains may bring as many.
    ENOUGH_LISTENER_RECORDS = WALK_LISTENER_RECORDS / 2,
};

enum { LISTENING_NULLS_BASE = 1 << 29 };

struct walk_result result SEC(".bss.result");

#ifndef WALK_CHANGED_READS
#define WALK_CHANGED_READS 0
#endif
/// How many reads of each chain find another end than they expect: none, but in the test of what happens then.
const volatile __u32 changed_reads = WALK_CHANGED_READS;

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
