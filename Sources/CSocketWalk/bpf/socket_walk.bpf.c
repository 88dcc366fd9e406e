// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Walks the kernel's TCP hash tables in place and counts the sockets by namespace, family and state.
//
// No lock and no reference is taken. Sockets are freed by RCU and their memory stays a socket's within a read section
// (SLAB_TYPESAFE_BY_RCU); every read is fault-tolerant. A chain ends in a "nulls" value that carries its bucket's
// number: with another number a socket was moved while it was read, and the chain is counted again. So the sockets of a
// group of chains are noted first and added to the result when all chains were seen whole.
//
// Compiled twice: the plain form reads through bpf_rdonly_cast (Linux 6.2 and later), the form WALK_PROBE_READ through
// bpf_probe_read_kernel (5.17 and later).

// clang-format off
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
// clang-format on

#include "socket_walk.h"
#include "kernel_types.h"

enum {
    /// Chains read at the same time, so that their cache misses overlap.
    LANES = 8,
    /// Sockets of a chain that the interleaved walk reads; a longer chain is read by itself.
    LEVELS = 1024,
    /// Sockets that can be noted at a time, a power of 2.
    NOTES = 1 << 16,
    /// How often a chain that changed is read again.
    ATTEMPTS = 8,
};

enum { STATE_SYN_RECV = 3, STATE_TIME_WAIT = 6, STATE_NEW_SYN_RECV = 12 };
enum { FAMILY_IPV4 = 2, FAMILY_IPV6 = 10 };
enum { LISTENING_NULLS_BASE = 1 << 29 };

struct walk_result result SEC(".bss.result");

/// What was noted of a socket: its place in the counts of a result, or an unknown family.
enum { NOTE_STATE = WALK_STATES - 1, NOTE_IPV6 = 1 << 4, NOTE_OTHER_NAMESPACE = 1 << 5, NOTE_UNKNOWN_FAMILY = 1 << 6 };

static __u8 notes[NOTES] __attribute__((aligned(sizeof(__u64))));
static __u32 noted;
static __u64 own_namespace;

#ifdef WALK_PROBE_READ

#define READ(address, type, member) BPF_CORE_READ((type *)(address), member)

static __always_inline __u64 read_u64(__u64 address)
{
    __u64 value = 1; // what cannot be read ends a chain, at no bucket
    bpf_probe_read_kernel(&value, sizeof value, (void *)address);
    return value;
}

static __always_inline __u64 current_namespace(void)
{
    struct task_struct *task = (struct task_struct *)bpf_get_current_task();
    return (__u64)BPF_CORE_READ(task, nsproxy, net_ns);
}

#define READ_LOCK()
#define READ_UNLOCK()

#else

extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

#define CAST(address, type) ((type *)bpf_rdonly_cast((void *)(address), bpf_core_type_id_kernel(type)))
#define READ(address, type, member) (CAST(address, type)->member)

static __always_inline __u64 read_u64(__u64 address)
{
    return (__u64)CAST(address, struct timespec64)->tv_sec;
}

static __always_inline __u64 current_namespace(void)
{
    return (__u64)((struct task_struct *)bpf_get_current_task_btf())->nsproxy->net_ns;
}

#define READ_LOCK() bpf_rcu_read_lock()
#define READ_UNLOCK() bpf_rcu_read_unlock()

#endif

/// Reads a pointer member as a number, which may be calculated with.
#define READ_ADDRESS(address, type, member) read_u64((address) + bpf_core_field_offset(type, member))

/// Where the walk is.
struct walk {
    __u64 heads;
    __u64 stride;
    __u64 nulls_base;
    __u32 first_bucket;
    __u32 mask;
    __u64 nodes[LANES];
};

/// The nulls value at the end of a bucket's chain.
static __always_inline __u64 chain_end(const struct walk *walk, __u32 bucket)
{
    return (walk->nulls_base + bucket) << 1 | 1;
}

// Not static: the verifier then checks it once by itself, and not at each place where it is called.
__noinline int note_socket(__u64 node)
{
    if (node & 1)
        return 0;
    __u64 socket = node - bpf_core_field_offset(struct sock_common, skc_nulls_node);
    __u32 state = READ(socket, struct sock_common, skc_state);
    __u32 family = READ(socket, struct sock_common, skc_family);
    __u64 namespace = READ_ADDRESS(socket, struct sock_common, skc_net.net);
    if (state == STATE_TIME_WAIT) // a minisocket, which may also stand for an orphan in FIN_WAIT2
        state = READ(socket, struct inet_timewait_sock, tw_substate);
    if (state == STATE_NEW_SYN_RECV)
        state = STATE_SYN_RECV;

    __u8 note = state & NOTE_STATE;
    if (family == FAMILY_IPV6)
        note |= NOTE_IPV6;
    else if (family != FAMILY_IPV4)
        note |= NOTE_UNKNOWN_FAMILY;
    if (namespace != own_namespace)
        note |= NOTE_OTHER_NAMESPACE;
    notes[noted & (NOTES - 1)] = note;
    noted++;
    return 0;
}

static __always_inline void add_note(__u8 note)
{
    if (note & NOTE_UNKNOWN_FAMILY)
        result.unknown_families++;
    else
        (&result.sockets[0][0][0])[note & (NOTE_OTHER_NAMESPACE | NOTE_IPV6 | NOTE_STATE)]++;
}

static long add_word_of_notes(__u32 index, void *context)
{
    __u64 word = *(__u64 *)&notes[(index * sizeof word) & (NOTES - sizeof word)];
#pragma unroll
    for (unsigned byte = 0; byte < sizeof word; byte++)
        add_note(word >> (8 * byte));
    return 0;
}

static long add_single_note(__u32 index, const __u32 *first)
{
    add_note(notes[(*first + index) & (NOTES - 1)]);
    return 0;
}

/// Adds the sockets noted to the result: eight at a time, which takes a third of the time, and then the rest.
__noinline int add_notes(void)
{
    __u32 words = noted / sizeof(__u64), first = words * sizeof(__u64);
    bpf_loop(words, add_word_of_notes, NULL, 0);
    bpf_loop(noted - first, add_single_note, &first, 0);
    result.visited_sockets += noted;
    return 0;
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
__noinline int count_chain(__u64 head, __u64 end)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        __u64 node = read_u64(head);
        noted = 0;
        bpf_loop(NOTES + 1, step_along_chain, &node, 0);
        if (node == end && noted <= NOTES) {
            add_notes();
            return 0;
        }
        result.recounted_chains++;
    }
    result.uncounted_chains++;
    return 0;
}

/// One socket of each chain. A lane that is at its end reads a harmless address, so that there is no branch to
/// mispredict.
static long step_along_lanes(__u32 level, struct walk *walk)
{
    __u64 finished = 1, next[LANES];
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        __u64 node = walk->nodes[lane], is_socket = (node & 1) - 1;
        next[lane] = (read_u64((node & is_socket) | (walk->heads & ~is_socket)) & is_socket) | (node & ~is_socket);
    }
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        note_socket(walk->nodes[lane]);
        walk->nodes[lane] = next[lane];
        finished &= next[lane];
    }
    return finished & 1;
}

/// Counts as many buckets as there are lanes.
static long count_group(__u32 index, struct walk *walk)
{
    __u32 bucket = walk->first_bucket + index * LANES;
    if (bucket > walk->mask)
        return 1;
    __u64 head = walk->heads + bucket * walk->stride, end = chain_end(walk, bucket), empty = 1, wrong = 0;
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        walk->nodes[lane] = read_u64(head + lane * walk->stride);
        empty &= walk->nodes[lane];
    }
    if (!(empty & 1)) {
        noted = 0;
        bpf_loop(LEVELS, step_along_lanes, walk, 0);
    }
#pragma unroll
    for (int lane = 0; lane < LANES; lane++) {
        __u64 difference = walk->nodes[lane] ^ (end + 2 * lane);
        barrier_var(difference); // or the compiler makes a branch of each lane
        wrong |= difference;
    }
    if (wrong == 0 && noted <= NOTES) {
        if (!(empty & 1))
            add_notes();
        return 0;
    }
    result.recounted_chains++;
#pragma unroll
    for (int lane = 0; lane < LANES; lane++)
        count_chain(head + lane * walk->stride, end + 2 * lane);
    return 0;
}

/// Counts a bucket of a table that has fewer than there are lanes.
static long count_bucket(__u32 index, struct walk *walk)
{
    __u32 bucket = walk->first_bucket + index;
    if (bucket > walk->mask)
        return 1;
    count_chain(walk->heads + bucket * walk->stride, chain_end(walk, bucket));
    return 0;
}

static __always_inline __u64 hashinfo_of(__u64 namespace)
{
    if (bpf_core_type_exists(struct inet_timewait_death_row) &&
        bpf_core_field_size(struct net, ipv4.tcp_death_row) < bpf_core_type_size(struct inet_timewait_death_row)) {
        __u64 row = READ_ADDRESS(namespace, struct net___apart, ipv4.tcp_death_row);
        return READ_ADDRESS(row, struct inet_timewait_death_row, hashinfo);
    }
    return READ_ADDRESS(namespace, struct net, ipv4.tcp_death_row.hashinfo);
}

static __always_inline void find_listeners(struct walk *walk, __u64 hashinfo)
{
    __u64 table;
    if (bpf_core_field_exists(struct inet_hashinfo___before_5_19, listening_hash)) {
        table = hashinfo + bpf_core_field_offset(struct inet_hashinfo___before_5_19, listening_hash);
        walk->mask = LISTENING_HASH_BUCKETS - 1;
    } else {
        table = READ_ADDRESS(hashinfo, struct inet_hashinfo, lhash2);
        walk->mask = READ(hashinfo, struct inet_hashinfo, lhash2_mask);
    }
    walk->heads = table + bpf_core_field_offset(struct inet_listen_hashbucket, nulls_head);
    walk->stride = bpf_core_type_size(struct inet_listen_hashbucket);
    walk->nulls_base = LISTENING_NULLS_BASE;
}

static __always_inline void find_connections(struct walk *walk, __u64 hashinfo)
{
    walk->heads = READ_ADDRESS(hashinfo, struct inet_hashinfo, ehash);
    walk->stride = bpf_core_type_size(struct inet_ehash_bucket);
    walk->mask = READ(hashinfo, struct inet_hashinfo, ehash_mask);
}

static __always_inline int run(__u64 table, __u64 first_bucket, __u64 buckets)
{
    struct walk walk = {.first_bucket = first_bucket};
    own_namespace = current_namespace();
    __u64 hashinfo = hashinfo_of(own_namespace);
    if (table == WALK_LISTENERS)
        find_listeners(&walk, hashinfo);
    else
        find_connections(&walk, hashinfo);
    result.table_buckets[table & 1] = walk.mask + 1;

    READ_LOCK();
    if (walk.mask < LANES - 1)
        bpf_loop(buckets, count_bucket, &walk, 0);
    else
        bpf_loop(buckets / LANES, count_group, &walk, 0);
    READ_UNLOCK();
    return 0;
}

#ifdef WALK_PROBE_READ
// The kernel passes the words of the context. A run by request holds the RCU read lock by itself.
SEC("raw_tp/sched_switch")
int walk_sockets(__u64 *context)
{
    return run(context[0], context[1], context[2]);
}
#else
SEC("syscall")
int walk_sockets(struct walk_request *request)
{
    return run(request->table, request->first_bucket, request->buckets);
}
#endif

char LICENSE[] SEC("license") = "Dual BSD/GPL";
