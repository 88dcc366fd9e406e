// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The baseline for the BPF source: counts states with the kernel's own iterator over TCP sockets, which takes each
// bucket's lock and a reference to each socket, and calls the program once for each.

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

// The few members that are read; CO-RE finds their places in the running kernel.
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sock_common {
    unsigned char skc_state;
};

struct inet_timewait_sock {
    unsigned char tw_substate;
};

struct tcp_timewait_sock {
    struct inet_timewait_sock tw_sk;
};

struct bpf_iter__tcp {
    struct bpf_iter_meta *meta;
    struct sock_common *sk_common;
    __u32 uid;
};

#pragma clang attribute pop

enum { STATES = 16, TIME_WAIT = 6 };

// Sockets by state.
__u64 counts[STATES];

SEC("iter/tcp")
int count_socket(struct bpf_iter__tcp *context)
{
    struct sock_common *socket = context->sk_common;
    if (!socket)
        return 0;
    unsigned state = socket->skc_state;
    if (state == TIME_WAIT) {
        // An orphan in FIN_WAIT2 looks like one in TIME_WAIT from outside.
        struct tcp_timewait_sock *minisocket = bpf_skc_to_tcp_timewait_sock(socket);
        if (minisocket)
            state = minisocket->tw_sk.tw_substate;
    }
    counts[state % STATES]++;
    return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
