// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Walks the kernel's hash tables of TCP or of UDP sockets in place and counts them by namespace, family, state and
// local port.
//
// No lock and no reference is taken. Sockets are freed by RCU and their memory stays a socket's within a read section
// (SLAB_TYPESAFE_BY_RCU; UDP sockets stay themselves); every read is fault-tolerant. A chain of TCP ends in a "nulls"
// value that carries its bucket's number: with another number a socket was moved while it was read, and the chain is
// counted again. So the sockets of a group of chains are noted first and added to the result when all chains were seen
// whole.
//
// A run is one read section. It ends after a number of sockets, whatever the table looks like.

// clang-format off
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
// clang-format on

#include "socket_walk.h"
#include "cgroups.h"
#include "chain.h"
#include "connections.h"
#include "folds.h"
#include "namespaces.h"
#include "notes.h"
#include "reading.h"

enum {
    /// Chains read at the same time, so that their cache misses overlap.
    LANES = 16,
    /// Words of a table that are read at once to skip those buckets that are empty, and buckets that are skipped
    /// together with a read of each, powers of 2.
    BLOCK_WORDS = 512,
    SPAN = 32,
    /// Sockets of a chain that the interleaved walk reads; a longer chain is read by itself.
    LEVELS = 64,
    /// The most sockets and buckets of a run.
    MOST_SOCKETS = 1 << 13,
    MOST_BUCKETS = 1 << 16,
};

enum { LISTENING_NULLS_BASE = 1 << 29 };

struct walk_result result SEC(".bss.result");

/// Where the walk is: in static memory, since the stack is small.
static struct walk {
    __u64 heads;
    __u64 stride;
    __u64 nulls_base;
    /// How many sockets the run may visit.
    __u32 most_sockets;
    /// One more than the last bucket of the run, and how many the table has.
    __u32 end;
    __u32 buckets;
    __u32 next;
    /// Below this bucket chains are read one by one.
    __u32 end_of_singles;
    __u64 first_nodes[LANES];
    __u64 nodes[LANES];
} walk;

#include "tables.h"

/// What is at the end of a bucket's chain.
static __always_inline __u64 chain_end(__u32 bucket)
{
    return walks_udp() ? 0 : (walk.nulls_base + bucket) << 1 | 1;
}

// Two functions apart, which find the node themselves: the stack of the one that calls them is full.

/// Notes what the folds say of the socket of a lane.
__noinline int note_folds_of_lane(__u32 lane)
{
    note_folds(walk.nodes[lane & (LANES - 1)]);
    return 0;
}

/// Reads what the folds will read of the sockets of all lanes.
__noinline int touch_lanes(void)
{
#pragma unroll
    for (int lane = 0; lane < LANES; lane++)
        touch_folds(walk.nodes[lane], walk.heads);
    return 0;
}

/// One socket of each chain. A lane that is at its end reads a harmless address, so that there is no branch to
/// mispredict. Where a socket leads is read before its fields, so that all lanes wait for memory together. If the
/// socket is freed and used again in between, its hash is that of another bucket, or the head of its chain has changed.
static long step_along_lanes(__u32 level, const __u32 *bucket)
{
    __u64 finished = 1, next[LANES];
    __u32 differences = 0;
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        __u64 node = walk.nodes[lane], is_socket = (node & 1) - 1;
        next[lane] = (read_u64((node & is_socket) | (walk.heads & ~is_socket)) & is_socket) | (node & ~is_socket);
        barrier_var(next[lane]); // or the compiler keeps all that it is made of for later, on a stack that is small
    }
    if (setup.folds)
        touch_lanes();
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        differences |= note_socket(walk.nodes[lane], *bucket + lane);
        barrier_var(differences); // for the same reason
        if (setup.folds)
            note_folds_of_lane(lane);
        walk.nodes[lane] = next[lane];
        finished &= next[lane];
    }
    strangers |= differences & hash_mask;
    return finished & 1;
}

/// Counts as many buckets as there are lanes, or leaves them to be read one by one.
static __always_inline void count_group(__u32 bucket)
{
    __u64 head = walk.heads + bucket * walk.stride, empty = 1, wrong = 0;
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        walk.nodes[lane] = walk.first_nodes[lane] = read_u64(head + lane * walk.stride);
        empty &= walk.nodes[lane];
    }
    walk.next = bucket + LANES;
    if (empty & 1)
        return;
    forget_notes();
    __u64 levels = bpf_loop(LEVELS, step_along_lanes, &bucket, 0), end = chain_end(bucket);
    visited += noted;
    if (setup.changed_reads > 0)
        end ^= 2;
    order_reads();
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        __u64 difference = walk.nodes[lane] ^ (end + 2 * lane);
        difference |= walk.first_nodes[lane] ^ read_u64(head + lane * walk.stride);
        barrier_var(difference); // or the compiler makes a branch of each lane
        wrong |= difference;
    }
    if ((wrong | strangers) == 0 && notes_are_whole()) {
        add_notes(levels);
        return;
    }
    if (levels < LEVELS)
        result.scan.reread_chains++;
    walk.end_of_singles = bucket + LANES;
    walk.next = bucket;
}

/// Counts a chain by itself, or a piece of it.
static __always_inline void count_single(__u32 bucket)
{
    __u64 head = walk.heads + bucket * walk.stride;
    if (read_chain(head, bucket, chain_end(bucket), walk.most_sockets - visited) == CHAIN_IS_DONE)
        walk.next = bucket + 1;
}

/// A copy of a part of a table. Where the kernel's memory is read in place, each read takes several instructions.
static __u64 block[BLOCK_WORDS];

/// How many buckets are read at once; 0 where they lie in an unusual way.
static __always_inline __u32 buckets_of_block(void)
{
    if (walks_udp())
        return 0;
    return walk.stride == sizeof block[0] ? BLOCK_WORDS : walk.stride == 2 * sizeof block[0] ? BLOCK_WORDS / 2 : 0;
}

/// Whether all heads of a block are nulls values.
static __always_inline int is_empty_block(__u32 bucket)
{
    // Where two heads are two words apart, a lock is between them.
    __u64 heads = 1, others = 1;
    if (bpf_probe_read_kernel(block, sizeof block, (void *)(walk.heads + bucket * walk.stride)) != 0)
        return 0;
    for (int word = 0; word < BLOCK_WORDS; word += SPAN) {
#pragma unroll
        for (int i = 0; i < SPAN; i += 2) {
            heads &= block[word + i];
            others &= block[word + i + 1];
        }
    }
    return heads & (others | (walk.stride != sizeof block[0])) & 1;
}

/// Whether all heads are nulls values.
static __always_inline int is_empty_span(__u32 bucket)
{
    __u64 head = walk.heads + bucket * walk.stride, empty = 1;
#pragma unroll
    for (int i = 0; i < SPAN; i++)
        empty &= read_u64(head + i * walk.stride);
    return empty & 1;
}

/// The first of as many buckets as there are lanes that is not empty, or the one after them. Without a branch for each.
static __always_inline __u32 first_filled(__u32 bucket)
{
    __u64 head = walk.heads + bucket * walk.stride, empty = 1;
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        empty &= end_bit(read_u64(head + lane * walk.stride));
        barrier_var(empty); // or the compiler keeps all that was read on the stack
        bucket += empty;
    }
    return bucket;
}

/// Listeners and UDP sockets are few, and each bucket of theirs may bring many records.
static __always_inline int is_sparse(void)
{
    return walk.nulls_base != 0 || walks_udp();
}

/// Counts the next buckets: many that are empty, a group, or one.
static long count_next(__u32 index, void *context)
{
    __u32 bucket = walk.next, left = walk.buckets - bucket;
    if (bucket >= walk.end || visited >= walk.most_sockets || records > ENOUGH_RECORDS || needs_empty_records)
        return 1;
    if (bucket >= walk.end_of_singles && left >= LANES) {
        // A table for millions of sockets is mostly empty on most servers.
        __u32 buckets = buckets_of_block();
        if (buckets && (bucket & (buckets - 1)) == 0 && left >= buckets && is_empty_block(bucket)) {
            walk.next = bucket + buckets;
            return 0;
        }
        if (bucket % SPAN == 0 && left >= SPAN && !walks_udp() && is_empty_span(bucket)) {
            walk.next = bucket + SPAN;
            return 0;
        }
        if (is_sparse()) {
            walk.next = first_filled(bucket);
            if (walk.next == bucket + LANES)
                return 0;
        } else if (bucket % LANES == 0) {
            count_group(bucket);
            return 0;
        }
    }
    count_single(walk.next);
    return 0;
}

/// Counts the table that was found, from a bucket on. Returns whether it was counted to its end.
__noinline int count_table(__u32 first_bucket)
{
    walk.next = first_bucket;
    // A chain that is being read is gone on with, not read again together with others.
    walk.end_of_singles = chain.head ? first_bucket + 1 : 0;
    walk.end = walk.buckets - first_bucket > MOST_BUCKETS ? first_bucket + MOST_BUCKETS : walk.buckets;
    if (first_bucket >= walk.buckets)
        return 1;
    // Each step goes on by a bucket at least, or visits a socket.
    bpf_loop(MOST_BUCKETS + ATTEMPTS * MOST_SOCKETS, count_next, NULL, 0);
    return walk.next >= walk.buckets;
}

static __always_inline void begin_scan(const struct walk_request *request)
{
    tells_namespaces_apart = request->by_namespace;
    walked_protocol = request->protocol;
    folds = request->folds;
    records = 0;
    chain.head = 0;
    chain.is_open = 0;
    result.scan.lacks_queues = walks_udp() ? !has_udp_queues() : !has_queues();
    result.scan.lacks_listeners = !has_listeners();
    result.scan.lacks_drops = !has_udp_drops();
    result.scan.lacks_udp_table = !has_udp_table();
    begin_namespaces();
    begin_foreign_tables();
    if (has_fold(WALK_FOLD_CGROUPS))
        begin_cgroups();
    if (has_fold(WALK_FOLD_LATENCY | WALK_FOLD_IDLE))
        begin_connections(own_namespace);
}

static __always_inline void run_part(const struct walk_request *request)
{
    switch (request->part) {
    case WALK_BEGIN:
        begin_scan(request);
        break;
    case WALK_LISTENERS:
    case WALK_SOCKETS:
        if (request->part == WALK_LISTENERS)
            find_listeners(hashinfo_of(own_namespace));
        else
            find_sockets(table_of(own_namespace));
        count_table(request->first_bucket < walk.buckets ? request->first_bucket : walk.buckets);
        result.scan.table_buckets = walk.buckets;
        result.scan.next_bucket = walk.next;
        break;
    case WALK_HOST_TABLES:
    case WALK_TENANT_TABLES:
        count_foreign_tables(request->part == WALK_TENANT_TABLES);
        break;
    }
}

static __u32 is_running;

/// One run at a time: what is being walked is in static memory.
static __always_inline int run(const struct walk_request *request)
{
    if (request->token != setup.token)
        return WALK_REFUSED;
    if (__sync_lock_test_and_set(&is_running, 1))
        return WALK_BUSY;
    READ_LOCK();
    if (!chain.is_open) { // the loader has taken the records
        records = 0;
        result.scan.records = 0;
    }
    visited = 0;
    last_namespace = 0; // another may have its address by now
    last_cgroup = 0;
    ticks = bpf_jiffies64();
    needs_empty_records = 0;
    walk.most_sockets = request->sockets < MOST_SOCKETS ? request->sockets : MOST_SOCKETS;
    run_part(request);
    result.scan.chain_is_open = chain.head != 0 && chain.is_open;
    READ_UNLOCK();
    __sync_lock_test_and_set(&is_running, 0);
    return 0;
}

#ifdef WALK_PROBE_READ
// The kernel passes the words of the context.
SEC("raw_tp/sched_switch")
int walk_sockets(__u64 *context)
{
    struct walk_request request = {
        .token = context[5],
        .part = context[6],
        .protocol = context[7],
        .first_bucket = context[8],
        .sockets = context[9],
        .by_namespace = context[10],
        .folds = context[11],
    };
    return run(&request);
}
#else
SEC("syscall")
int walk_sockets(struct walk_request *request)
{
    return run(request);
}
#endif

char LICENSE[] SEC("license") = "Dual BSD/GPL";
