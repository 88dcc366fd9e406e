// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// One chain read by itself: a long one, and one that changed while it was read together with others.
//
// A reader without a lock can be led astray when the socket under it leaves the chain and comes back at an end of it:
// at the head it reads a part twice, at the tail it misses one. So each step is checked: after the next socket is read,
// the one before still leads to the one that was read, and is still in a chain. With this a chain can be counted
// although it gets sockets all the time; those that stay are counted once each.
//
// A chain that is longer than a run may be is read on in the next one, from the last socket that was read. That one
// might have gone in between, and its memory might even be something else, which a fault-tolerant read stands. It is
// taken only within a millisecond, and only if it is what it was: of the same namespace, state and port, of the same
// hash (of a listener: with the same sequence number, which changes when it listens anew), and linked by its neighbour,
// a UDP socket by the same one. Otherwise the chain is read from its head again.

#ifndef CSOCKETWALK_CHAIN_H
#define CSOCKETWALK_CHAIN_H

#include "notes.h"
#include "reading.h"

enum {
    /// How often a chain is read until it is given up, and how often it is read again although only its head changed.
    ATTEMPTS = 8,
    STRICT_ATTEMPTS = 4,
    /// Sockets of a chain that may be read several times for that.
    SHORT_CHAIN = 256,
    /// The longest time between two runs over which a chain is read on.
    LONGEST_PAUSE_NANOSECONDS = 1000 * 1000,
    /// What UDP sockets are counted by, a power of 2: two states, two families, and the namespaces.
    UDP_KINDS = 4 * WALK_NAMESPACE_SLOTS,
};

/// The chain that is being read, between two runs too. Not static: the compiler would take it apart, and describe the
/// parts wrongly.
struct {
    /// Its bucket's head; 0 when no chain is being read.
    __u64 head;
    /// Reads of it so far.
    __u32 attempts;
    /// It is to be read on from `previous`.
    __u32 is_open;
    __u64 first;
    /// What leads to `node`: a socket's node, or the head.
    __u64 previous;
    __u64 node;
    /// Not 0 when a step led astray.
    __u64 doubts;
    /// Sockets that were read.
    __u64 length;
    /// What `previous` was when the last run ended, and when that was.
    __u64 namespace;
    __u64 identity;
    __u64 link;
    __u64 left_at;
} chain __hidden;

/// How many sockets a note stands for beside the first.
static __u32 repeats[NOTES];

static __always_inline __u64 back_pointer(__u64 node)
{
    return read_u64(node + bpf_core_field_offset(struct hlist_nulls_node, pprev));
}

/// What a socket keeps as long as it is in its chain.
static __always_inline __u64 identity_of(__u64 node)
{
    __u64 socket = node - bpf_core_field_offset(struct sock_common, skc_nulls_node);
    __u64 number = READ(socket, struct sock_common, skc_hash);
    if (READ(socket, struct sock_common, skc_state) == CST_LISTEN && bpf_core_field_exists(struct tcp_sock, write_seq))
        number = READ(socket, struct tcp_sock, write_seq);
    return number << 32 | (__u64)READ(socket, struct sock_common, skc_num) << 16 |
           READ(socket, struct sock_common, skc_family) << 8 | READ(socket, struct sock_common, skc_state);
}

static __always_inline __u64 namespace_of_node(__u64 node)
{
    return namespace_of(node - bpf_core_field_offset(struct sock_common, skc_nulls_node));
}

static __always_inline void leave_chain_open(void)
{
    chain.namespace = namespace_of_node(chain.previous);
    chain.identity = identity_of(chain.previous);
    chain.link = back_pointer(chain.previous);
    chain.left_at = bpf_ktime_get_ns();
    order_reads();
    // A UDP socket may have gone to another place before its link was read.
    chain.is_open = !walks_udp() || read_u64(chain.previous) == chain.node;
}

/// Whether the chain can be read on where the last run ended.
static __always_inline int take_up_chain(void)
{
    if (!chain.is_open)
        return 0;
    chain.is_open = 0;
    if (bpf_ktime_get_ns() - chain.left_at > LONGEST_PAUSE_NANOSECONDS)
        return 0;
    __u64 link = back_pointer(chain.previous);
    if (link == 0 || read_u64(link) != chain.previous || namespace_of_node(chain.previous) != chain.namespace ||
        identity_of(chain.previous) != chain.identity)
        return 0;
    order_reads();
    chain.node = read_u64(chain.previous);
    order_reads();
    if (walks_udp() && back_pointer(chain.previous) != chain.link) // it may have gone to the end
        return 0;
    return chain.node != chain.first; // it may have been put at the head just now
}

static __always_inline void begin_chain(void)
{
    forget_notes();
    chain.doubts = 0;
    chain.length = 0;
    chain.first = read_u64(chain.head);
    chain.previous = chain.head;
    chain.node = chain.first;
}

/// Where a UDP socket's kind was noted last: one more than the index. Any user can bind as many sockets to a port as
/// the memory takes, and all are in one chain: with a note for each kind there is room for all.
static __u32 note_of_kind[UDP_KINDS];

/// The place of a UDP socket's kind: whether it has a peer, its family, and its namespace.
static __always_inline __u32 *place_of_kind(__u64 note)
{
    __u64 kind = ((note & NOTE_STATE) == CST_ESTABLISHED) | (note & NOTE_IPV6 ? 2 : 0);
    kind |= (__u32)(note >> NOTE_PLACE_SHIFT) << 2;
    barrier_var(kind); // or the compiler drops the mask, which the verifier of Linux 6.1 needs
    return &note_of_kind[kind & (UDP_KINDS - 1)];
}

/// Whether what was noted beside two notes is the same, too. Details are never compared: each is added by itself.
static __always_inline int has_same_rest(__u32 one, __u32 other)
{
    if (notes[other & (NOTES - 1)] & NOTE_HAS_DETAIL)
        return 0;
    return !counts_cgroups() || noted_cgroup[one & (NOTES - 1)] == noted_cgroup[other & (NOTES - 1)];
}

/// Makes one of the last note and another that is alike: of TCP sockets the one before, of UDP sockets any.
static __always_inline void fold_note(void)
{
    __u32 last = noted - 1, alike = last - 1;
    if (noted == 0 || noted > NOTES)
        return;
    __u64 note = notes[last & (NOTES - 1)];
    if (walks_udp()) {
        __u32 *place = place_of_kind(note);
        alike = *place - 1;
        // What it holds may be of another chain, and is then another note or none.
        if (alike >= last || notes[alike & (NOTES - 1)] != note)
            *place = noted;
    }
    if (alike < last && notes[alike & (NOTES - 1)] == note && has_same_rest(alike, last)) {
        repeats[alike & (NOTES - 1)]++;
        noted--;
    } else {
        repeats[last & (NOTES - 1)] = 0;
    }
}

static long add_folded_note(__u32 index, void *context)
{
    index &= NOTES - 1;
    add_note(index, 1 + repeats[index]);
    return 0;
}

static long step_along_chain(__u32 index, const __u32 *bucket)
{
    __u64 node = chain.node;
    if (is_end(node) || !notes_are_whole() || chain.doubts)
        return 1;
    strangers |= (walks_udp() ? note_udp_socket(node, *bucket) : note_socket(node, *bucket)) & hash_mask;
    if (setup.folds && !walks_udp())
        note_folds(node);
    fold_note();
    chain.length++;
    visited++;
    order_reads();
    __u64 next = read_u64(node);
    order_reads();
    // In this order: one that was in the chain, and leads to this one after that, led to it all the time.
    if (chain.previous != chain.head)
        chain.doubts |= back_pointer(chain.previous) == 0;
    order_reads();
    chain.doubts |= read_u64(chain.previous) ^ node;
    chain.doubts |= next == chain.first; // once around
    chain.previous = node;
    chain.node = next;
    return 0;
}

/// Whether all of the chain was seen, or, of one that gets sockets all the time, all that stays in it.
static __always_inline int is_whole(__u64 end)
{
    if (chain.attempts < setup.changed_reads)
        end ^= 2;
    if (chain.doubts || strangers || chain.node != end)
        return 0;
    order_reads();
    int is_strict = chain.attempts <= STRICT_ATTEMPTS && chain.length <= SHORT_CHAIN;
    if (walks_udp() && !is_chain_length(chain.head, chain.length, is_strict))
        return 0;
    return !is_strict || read_u64(chain.head) == chain.first;
}

enum chain_progress { CHAIN_IS_DONE, CHAIN_GOES_ON };

static __always_inline enum chain_progress end_chain(void)
{
    chain.head = 0;
    return CHAIN_IS_DONE;
}

/// Reads a chain once, or a piece of it of so many sockets, and counts it when it was seen whole.
///
/// - `end`: the nulls value at its end.
/// - Returns: `CHAIN_GOES_ON` when it is to be called again for the same chain.
static __always_inline enum chain_progress read_chain(__u64 head, __u32 bucket, __u64 end, __u32 sockets)
{
    if (chain.head != head) {
        if (is_end(read_u64(head)))
            return CHAIN_IS_DONE;
        chain.head = head;
        chain.attempts = 0;
        chain.is_open = 0;
    }
    if (!take_up_chain()) {
        if (chain.attempts == ATTEMPTS) {
            result.scan.changed_chains++;
            return end_chain();
        }
        result.scan.reread_chains += chain.attempts > 0;
        chain.attempts++;
        begin_chain();
    }
    bpf_loop(sockets, step_along_chain, &bucket, 0);
    if (needs_empty_records)
        return CHAIN_GOES_ON;
    if (!notes_are_whole()) {
        result.scan.long_chains++;
        return end_chain();
    }
    if (!is_end(chain.node) && chain.doubts == 0) {
        leave_chain_open();
        return CHAIN_GOES_ON;
    }
    if (!is_whole(end))
        return CHAIN_GOES_ON;
    bpf_loop(noted, add_folded_note, NULL, 0);
    add_sums(chain.length, chain.length);
    return end_chain();
}

#endif
