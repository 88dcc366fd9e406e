// SPDX-License-Identifier: Apache-2.0

// What tests need of the kernel and Swift cannot call by itself. Each function changes the calling thread alone, and
// the processes that it starts: run it on a thread that ends with the test.

#ifndef CKERNELTESTSUPPORT_H
#define CKERNELTESTSUPPORT_H

/// Moves the calling thread into a new network namespace with loopback up; the namespace goes with the last thread,
/// process and socket in it. Returns 0, or the errno.
int ckt_enter_network_namespace(void);

/// Moves the calling thread into the network namespace of a file, as /proc/PID/ns/net is one. Returns 0, or the errno.
int ckt_join_network_namespace(const char *_Nonnull path);

/// Makes every later socket(AF_NETLINK, …) of the calling thread fail with EAFNOSUPPORT. Returns 0, or the errno.
int ckt_deny_netlink(void);

/// Fills `length` bytes with the address 127.0.0.1, ::1 or ::ffff:127.0.0.1, and the port.
unsigned ckt_loopback_address(int is_ipv6, int is_mapped, unsigned short port, void *_Nonnull address);

/// The state of a TCP socket by the kernel's number, or -1.
int ckt_tcp_state(int descriptor);

/// The port that a socket is bound to, or 0.
unsigned short ckt_local_port(int descriptor);

/// Sends an empty netlink message to another sock_diag socket of the network namespace, which needs CAP_NET_ADMIN.
/// Returns 0, or the errno.
int ckt_send_to_sock_diag_socket(unsigned port_id);

/// Makes a socket drop all that arrives for it. Returns 0, or the errno.
int ckt_drop_all(int descriptor);

/// How many descriptors an attack tries to take.
enum { CKT_ATTACKED_DESCRIPTORS = 256 };

/// What a process of a user, without any capability, could take from another process.
struct ckt_attack {
    /// The errno of the attempt to get a descriptor of the process, or 0.
    int open_error;
    /// How many of its first descriptors were taken, and how many refused for want of permission.
    int taken;
    int refused;
    /// The errno of the attempts to open its memory, and to trace it, or 0.
    int memory_error;
    int trace_error;
};

/// Tries it from a process of its own. Returns 0, or the errno of what the attempt itself needs.
int ckt_attack(int process, unsigned user, struct ckt_attack *_Nonnull attack);

/// A network interface, called `delayed`, whose peers are this host: what is sent to an address comes back from it, to
/// the address that it was sent from.
struct ckt_link;

/// Creates the interface in the calling thread's network namespace. Returns null with errno set.
struct ckt_link *_Nullable ckt_link_open(void);

/// How long packets to a peer take from now on, by the last byte of its IPv4 address; below 0, they are dropped.
void ckt_link_set_delay(struct ckt_link *_Nonnull link, unsigned char peer, int milliseconds);

/// Begins to connect to a peer, 10.9.0.PEER. Returns 0, or the errno.
int ckt_connect_to_peer(int descriptor, unsigned char peer, unsigned short port);

/// Removes the interface.
void ckt_link_close(struct ckt_link *_Nonnull link);

/// Takes a connection as a non-blocking socket. Returns its descriptor, or -1 with errno set.
int ckt_accept(int listener);

#endif
