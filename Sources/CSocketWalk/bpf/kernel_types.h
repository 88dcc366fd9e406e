// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The few kernel types that the walk touches, with the few members that it reads. CO-RE finds their places in the
// running kernel; three underscores begin the name of another form of the same type.

#ifndef CSOCKETWALK_KERNEL_TYPES_H
#define CSOCKETWALK_KERNEL_TYPES_H

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct user_namespace;

struct list_head {
    struct list_head *next;
    struct list_head *prev;
};

struct hlist_nulls_node {
    struct hlist_nulls_node *next;
    struct hlist_nulls_node **pprev;
};

struct hlist_nulls_head {
    struct hlist_nulls_node *first;
};

// The tables.

struct inet_ehash_bucket {
    struct hlist_nulls_head chain;
};

struct inet_listen_hashbucket {
    struct hlist_nulls_head nulls_head;
};

struct hlist_head {
    struct hlist_node *first;
};

// In a table of UDP sockets a chain links the nodes that are a TCP socket's nulls nodes.
struct udp_hslot {
    struct hlist_head head;
    int count;
};

struct udp_table {
    struct udp_hslot *hash;
    unsigned int mask;
};

struct inet_hashinfo {
    struct inet_ehash_bucket *ehash;
    unsigned int ehash_mask;
    unsigned int lhash2_mask;
    struct inet_listen_hashbucket *lhash2;
    // Since 6.1: the table of connections is one namespace's own.
    _Bool pernet;
};

// Before 5.19 listeners hang by their nulls node in a table of this size.
enum { LISTENING_HASH_BUCKETS = 32 };
struct inet_hashinfo___before_5_19 {
    struct inet_listen_hashbucket listening_hash[LISTENING_HASH_BUCKETS];
};

// The namespaces.

struct inet_timewait_death_row {
    struct inet_hashinfo *hashinfo;
};

struct netns_ipv4 {
    struct inet_timewait_death_row tcp_death_row;
    int sysctl_tcp_keepalive_time;
    // Since 6.2.
    struct udp_table *udp_table;
};

struct proc_ns_operations;

struct ns_common {
    const struct proc_ns_operations *ops;
    unsigned int inum;
};

struct net {
    struct list_head list;
    struct ns_common ns;
    struct user_namespace *user_ns;
    // Since 5.12.
    unsigned long long net_cookie;
    unsigned int hash_mix;
    struct netns_ipv4 ipv4;
};

// In some versions the row is apart from the namespace.
struct netns_ipv4___apart {
    struct inet_timewait_death_row *tcp_death_row;
};

struct net___apart {
    struct netns_ipv4___apart ipv4;
};

struct nsproxy {
    struct net *net_ns;
};

struct cred {
    struct user_namespace *user_ns;
};

struct task_struct {
    struct nsproxy *nsproxy;
    const struct cred *cred;
};

// The sockets.

typedef struct {
    struct net *net;
} possible_net_t;

struct in6_addr {
    unsigned char bytes[16];
};

struct sock_common {
    __be32 skc_daddr;
    __be32 skc_rcv_saddr;
    unsigned int skc_hash;
    __be16 skc_dport;
    unsigned short skc_num;
    unsigned short skc_family;
    unsigned char skc_state;
    int skc_bound_dev_if;
    possible_net_t skc_net;
    struct in6_addr skc_v6_daddr;
    struct in6_addr skc_v6_rcv_saddr;
    struct hlist_nulls_node skc_nulls_node;
};

typedef struct {
    int counter;
} atomic_t;

typedef struct refcount_struct {
    atomic_t refs;
} refcount_t;

struct hlist_node {
    struct hlist_node **pprev;
};

struct kernfs_node {
    // Since 6.15.
    struct kernfs_node *__parent;
    const char *name;
    unsigned long long id;
};

struct kernfs_node___before_6_15 {
    struct kernfs_node *parent;
};

struct cgroup {
    struct kernfs_node *kn;
};

struct sock_cgroup_data {
    struct cgroup *cgroup;
};

struct timer_list {
    struct hlist_node entry;
};

struct numa_drop_counters {
    atomic_t drops0;
    atomic_t drops1;
};

struct sock {
    atomic_t sk_drops;
    // Since 6.18. Where it is not null, it counts the drops.
    struct numa_drop_counters *sk_drop_counters;
    struct {
        atomic_t rmem_alloc;
    } sk_backlog;
    refcount_t sk_wmem_alloc;
    unsigned int sk_ack_backlog;
    unsigned int sk_max_ack_backlog;
    struct sock_cgroup_data sk_cgrp_data;
    // For keepalives, up to 6.19.
    struct timer_list sk_timer;
};

struct inet_connection_sock {
    unsigned char icsk_retransmits;
    unsigned char icsk_pending;
    struct {
        unsigned int lrcvtime;
    } icsk_ack;
    struct timer_list icsk_keepalive_timer;
};

struct tcp_sock {
    unsigned int rcv_nxt;
    unsigned int copied_seq;
    unsigned int write_seq;
    unsigned int snd_una;
    unsigned int snd_wnd;
    unsigned int snd_cwnd;
    unsigned int srtt_us;
    unsigned int packets_out;
    unsigned int retrans_out;
    unsigned int lost_out;
    unsigned int lsndtime;
};

struct udp_sock {
    int forward_deficit;
};

struct inet_timewait_sock {
    unsigned char tw_substate;
};

// Its first member is a number of 64 bits: a way to read one at any address.
struct timespec64 {
    long long tv_sec;
};

#pragma clang attribute pop

#endif
