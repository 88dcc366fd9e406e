// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// How sockets are counted, by the readers of netlink messages and by the BPF programs alike. The kernel's types of
// numbers, since BPF programs cannot include <stdint.h>.

#ifndef CSOCKETCOUNTS_H
#define CSOCKETCOUNTS_H

#include <linux/types.h>

/// Indices of the address families in arrays of counts.
enum { CST_IPV4, CST_IPV6, CST_FAMILIES };

/// The states of TCP sockets, by the kernel's numbers.
enum {
    CST_ESTABLISHED = 1,
    CST_SYN_SENT,
    CST_SYN_RECV,
    CST_FIN_WAIT1,
    CST_FIN_WAIT2,
    CST_TIME_WAIT,
    CST_CLOSE,
    CST_CLOSE_WAIT,
    CST_LAST_ACK,
    CST_LISTEN,
    CST_CLOSING,
    /// Connection requests, which sock_diag reports in SYN_RECV.
    CST_NEW_SYN_RECV,
    /// Sockets that are only bound. sock_diag reports them in CLOSE.
    CST_BOUND_INACTIVE,
    /// The length of an array of counts by state: a power of 2, so that a state can be masked.
    CST_STATES = 16,
};

/// The length of an array of counts by timer: one more than the largest number that sock_diag has for one.
enum { CST_TIMERS = 5 };

/// The number of local ports.
enum { CST_PORTS = 1 << 16 };

/// The bytes of a set of ports: one bit for each, the lowest bit of a byte for the lowest of eight ports.
enum { CST_PORT_SET_SIZE = CST_PORTS / 8 };

/// The number of counters to which the local ports are assigned. Counter 0 is for all ports that have none of their
/// own.
enum { CST_PORT_SLOTS = 1 << 12 };

/// Indices of the network namespaces of a scan: the own one, all that are not told apart, and the first of the others.
enum { CST_OWN_NAMESPACE, CST_OTHER_NAMESPACES, CST_FIRST_FOREIGN_NAMESPACE };

/// The number of the root of the cgroup2 hierarchy.
enum { CST_ROOT_CGROUP = 1 };

/// Indices of the cgroups of a scan: sockets without one, all cgroups that are not told apart, and the first of those
/// that are.
enum { CST_NO_CGROUP, CST_OTHER_CGROUPS, CST_FIRST_CGROUP };

/// The number of these indices: any user with a cgroup of their own can make thousands.
enum { CST_CGROUP_SLOTS = 1 << 10 };

/// A socket that listens, or all that listen on one endpoint of a network namespace, added up.
struct cst_listener {
    /// In network order; an IPv4 address is in the first four bytes, and the rest is 0.
    __u8 address[16];
    /// Connections that wait to be accepted, and how many may. The kernel admits one more for each socket.
    __u64 backlog;
    __u64 backlog_limit;
    /// Connections and packets dropped since the sockets began to listen; 0 where the kernel did not report them.
    __u64 drops;
    /// How many sockets there are, and how many of them have a full queue.
    __u32 sockets;
    __u32 full_sockets;
    /// Backlog and limit of the socket whose queue is the fullest.
    __u32 fullest_backlog;
    __u32 fullest_limit;
    /// The index of the network interface that the sockets are bound to, or 0.
    __u32 interface;
    /// The index of their network namespace.
    __u32 namespace_index;
    __u16 port;
    /// `CST_IPV4` or `CST_IPV6`.
    __u16 family;
};

#endif
