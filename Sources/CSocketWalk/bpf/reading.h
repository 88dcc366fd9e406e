// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Reads of the kernel's memory that no lock protects and that cannot fault, in two forms: through bpf_rdonly_cast
// (Linux 6.2 and later), and with WALK_PROBE_READ through bpf_probe_read_kernel (5.17 and later).

#ifndef CSOCKETWALK_READING_H
#define CSOCKETWALK_READING_H

#include "kernel_types.h"
#include "socket_walk.h"

const volatile struct walk_setup setup = {0};

#ifdef WALK_PROBE_READ

/// Where reads go, one at a time. On the stack each would take a place of its own, and there is little of it.
static __u64 scratch;

// The address apart, or CO-RE would take a member in its expression for the kernel's.
#define READ(address, type, member)                                                                                    \
    ({                                                                                                                 \
        type *object_ = (type *)(address);                                                                             \
        _Static_assert(sizeof object_->member <= sizeof scratch, "a number");                                          \
        bpf_core_read(&scratch, sizeof object_->member, &object_->member);                                             \
        *(typeof(object_->member) *)&scratch;                                                                          \
    })

static __always_inline __u64 read_u64(__u64 address)
{
    // What cannot be read is 1, which ends a chain at no bucket. The kernel leaves 0 then, and an error below 0: its
    // sign is added without a branch, of which the verifier would follow both ways at each of many reads.
    __u64 error = bpf_probe_read_kernel(&scratch, sizeof scratch, (void *)address);
    return scratch | error >> 63;
}

/// A read of its own takes longer than what comes of it.
static __always_inline void touch(__u64 address)
{
}

static __always_inline __u64 current_namespace(void)
{
    struct task_struct *task = (struct task_struct *)bpf_get_current_task();
    return (__u64)BPF_CORE_READ(task, nsproxy, net_ns);
}

// A run by request holds the RCU read lock by itself.
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

/// Reads, and waits for nothing.
static __always_inline void touch(__u64 address)
{
    __u64 value = read_u64(address);
    barrier_var(value);
}

static __always_inline __u64 current_namespace(void)
{
    return (__u64)((struct task_struct *)bpf_get_current_task_btf())->nsproxy->net_ns;
}

#define READ_LOCK() bpf_rcu_read_lock()
#define READ_UNLOCK() bpf_rcu_read_unlock()

#endif

static __u64 barrier_word;

/// Keeps the reads before it before those after it, on processors that exchange reads. There is no lighter barrier in
/// BPF before Linux 6.15.
static __always_inline void order_reads(void)
{
    if (setup.orders_reads) {
        __u64 value = __sync_fetch_and_add(&barrier_word, 1);
        barrier_var(value);
    }
}

/// Reads a pointer member as a number, which may be calculated with.
#define READ_ADDRESS(address, type, member) read_u64((address) + bpf_core_field_offset(type, member))

/// Whether an address ends a chain: null, or the value of a table of "nulls".
static __always_inline int is_end(__u64 node)
{
    return node == 0 || node & 1;
}

/// The same as the lowest bit of a number, without a branch.
static __always_inline __u64 end_bit(__u64 node)
{
    return ~(node | -node) >> 63 | node;
}

#endif
