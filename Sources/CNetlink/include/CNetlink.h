// SPDX-License-Identifier: Apache-2.0
//
// Asks the kernel for every TCP socket over netlink (sock_diag) and folds the answer while it arrives.
//
// One request, one conversation: `cnl_tcp_dump` sends it, receives datagrams into one buffer, checks them
// (`cnl_reply_datagram`) and adds each socket to a `struct cnl_tcp_counts`. Nothing is allocated after `cnl_open`.
// The functions hold no state outside their arguments; a `struct cnl_socket` belongs to one thread at a time.

#ifndef CNETLINK_H
#define CNETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if __has_include(<ptrcheck.h>)
#include <ptrcheck.h>
#endif
#ifndef __counted_by
#define __counted_by(n)
#endif
#ifndef __noescape
#if __has_attribute(noescape)
#define __noescape __attribute__((noescape))
#else
#define __noescape
#endif
#endif

#pragma clang assume_nonnull begin

// MARK: What is counted

/// Indices of the families in `struct cnl_tcp_counts`.
enum { CNL_IPV4 = 0, CNL_IPV6 = 1, CNL_FAMILIES = 2 };

/// One more than the largest socket state counted, by the kernel's numbers (TCP_ESTABLISHED is 1).
enum { CNL_STATES = 14 };

/// One more than the largest `idiag_timer` counted.
enum { CNL_TIMERS = 5 };

/// Sums over the sockets of one or more dumps.
struct cnl_tcp_counts {
    /// Sockets by family and state. NEW_SYN_RECV is counted as SYN_RECV, as the kernel reports it.
    uint64_t connections[CNL_FAMILIES][CNL_STATES];
    /// Those in state SYN_RECV that are connection requests and not sockets yet.
    uint64_t requests;
    /// Bytes received and not yet read by the application. Listeners and sockets only bound have no such queue.
    uint64_t receive_queue_bytes[CNL_FAMILIES];
    /// Bytes written by the application and not yet acknowledged by the peer.
    uint64_t send_queue_bytes[CNL_FAMILIES];
    /// Sockets by `idiag_timer`.
    uint64_t timers[CNL_TIMERS];
    /// Sockets left out of all of the above.
    uint64_t unknown_families;
    uint64_t unknown_states;
    /// Sockets that the filter left out of all of the above.
    uint64_t unselected;
    /// The cgroup of the first full socket that has one other than the root: the inode number of its directory under
    /// the cgroup2 mount. 0 where there is none, or where the kernel did not tell.
    uint64_t cgroup;
    /// Sockets left out of `timers` alone.
    uint64_t unknown_timers;
    /// Attributes and messages that were skipped.
    uint64_t unknown_attributes;
    uint64_t unknown_messages;
};

/// Sockets of a family (`CNL_IPV4`, `CNL_IPV6`) in a state (below `CNL_STATES`); 0 for any other index.
static inline uint64_t cnl_connections(const struct cnl_tcp_counts *__noescape counts, unsigned family, unsigned state)
{
    return family < CNL_FAMILIES && state < CNL_STATES ? counts->connections[family][state] : 0;
}

/// Receive queue bytes of a family; 0 for any other index.
static inline uint64_t cnl_receive_queue_bytes(const struct cnl_tcp_counts *__noescape counts, unsigned family)
{
    return family < CNL_FAMILIES ? counts->receive_queue_bytes[family] : 0;
}

/// Send queue bytes of a family; 0 for any other index.
static inline uint64_t cnl_send_queue_bytes(const struct cnl_tcp_counts *__noescape counts, unsigned family)
{
    return family < CNL_FAMILIES ? counts->send_queue_bytes[family] : 0;
}

/// Sockets with a timer (an `idiag_timer` below `CNL_TIMERS`); 0 for any other index.
static inline uint64_t cnl_timer_connections(const struct cnl_tcp_counts *__noescape counts, unsigned timer)
{
    return timer < CNL_TIMERS ? counts->timers[timer] : 0;
}

/// A listening socket.
struct cnl_listener {
    /// In network order; an IPv4 address is in the first four bytes.
    uint8_t address[16];
    /// Connections that wait to be accepted, and how many may.
    uint32_t backlog;
    uint32_t backlog_limit;
    /// Connections and packets that it dropped since it listens; 0 where the kernel did not tell.
    uint32_t drops;
    /// The index of the network interface that it is bound to; 0 where it is bound to none.
    uint32_t interface;
    uint16_t port;
    /// `CNL_IPV4` or `CNL_IPV6`.
    uint16_t family;
};

/// A list of listening sockets that a dump fills. The memory belongs to the caller.
struct cnl_listeners {
    struct cnl_listener *_Nullable __counted_by(capacity) records;
    size_t capacity;
    /// How many there were: above `capacity` the list has only the first.
    size_t count;
};

/// The number of local ports, and of counters to count their sockets with.
enum { CNL_PORTS = 1 << 16, CNL_PORT_SLOTS = 1 << 12 };

/// Sockets by local port and state.
struct cnl_ports;

/// All counters at 0, and all ports at counter 0; freed with `cnl_ports_free`. Returns null without memory.
struct cnl_ports *_Nullable cnl_ports_new(void);
void cnl_ports_free(struct cnl_ports *ports);

/// Sets all counters to 0, and the counter of each port, below `CNL_PORT_SLOTS`. 0 counts the sockets of all ports that
/// are not told apart.
void cnl_ports_begin(struct cnl_ports *__noescape ports, const uint16_t *__noescape __counted_by(CNL_PORTS) slots);

/// Sockets of the ports with a counter in a state (below `CNL_STATES`), without those that are only bound; 0 for any
/// other index.
uint64_t cnl_port_sockets(const struct cnl_ports *__noescape ports, unsigned slot, unsigned state);

/// Which sockets are counted: those with one of some inode numbers, and those with one of some local ports.
struct cnl_filter;

/// Selects the sockets with these inode numbers; 0 selects none. Freed with `cnl_filter_free`. Returns null without
/// memory.
struct cnl_filter *_Nullable cnl_filter_new(const uint32_t *_Nullable __noescape __counted_by(count) inodes,
                                            size_t count);
void cnl_filter_free(struct cnl_filter *filter);

/// Selects the sockets with this local port too, those that belong to no process among them.
void cnl_filter_add_port(struct cnl_filter *__noescape filter, uint16_t port);

// MARK: What can go wrong

enum cnl_failure {
    CNL_NO_FAILURE = 0,
    /// A system call failed: `call` and `error_number` say which and why.
    CNL_SYSTEM_CALL_FAILED,
    /// The kernel answered the request with `error_number`.
    CNL_REFUSED,
    /// No answer within the receive time-out.
    CNL_TIMED_OUT,
    /// The kernel dropped a part of the answer (ENOBUFS, NLMSG_OVERRUN).
    CNL_OVERRUN,
    /// A datagram was larger than the receive buffer.
    CNL_TRUNCATED,
    /// A length in the answer contradicts another.
    CNL_MALFORMED,
    /// A message that is not from the kernel, or answers another request.
    CNL_FOREIGN,
    /// The table changed under the dump (NLM_F_DUMP_INTR): the counts are complete but not consistent.
    CNL_INTERRUPTED,
    /// The kernel gave no socket or no port to try something with; no dump was asked for.
    CNL_NO_PROBE,
};

/// The reason of a failure.
struct cnl_error {
    enum cnl_failure failure;
    /// An errno, or 0 where the failure has none.
    int error_number;
    /// The system call that failed, a static string, or null.
    const char *_Nullable call;
};

// MARK: The answer

/// An answer that is being received: what it must look like, what it fills beside the counts, and what became of it.
struct cnl_reply {
    uint16_t message_type;
    uint32_t sequence;
    uint32_t port_id;
    /// The request asked for sockets that are bound and nothing else: the kernel reports them in state CLOSE.
    bool closed_is_bound_inactive;
    struct cnl_listeners *_Nullable listeners;
    struct cnl_ports *_Nullable ports;
    const struct cnl_filter *_Nullable filter;
    bool interrupted;
    struct cnl_error error;
};

enum cnl_progress { CNL_MORE, CNL_COMPLETE, CNL_FAILED };

/// Checks one datagram of the answer and adds its sockets to `counts`.
///
/// - `data`: the datagram as received, `size` bytes; any bytes at all are safe.
/// - Returns: `CNL_MORE` while the end has not come, `CNL_COMPLETE` at the end, `CNL_FAILED` with `reply->error` set.
///   After a failure the counts are partial and must be thrown away.
enum cnl_progress cnl_reply_datagram(struct cnl_reply *__noescape reply,
                                     const uint8_t *__noescape __counted_by(size) data, size_t size,
                                     struct cnl_tcp_counts *__noescape counts);

// MARK: The conversation

/// A netlink socket (NETLINK_SOCK_DIAG) in the network namespace of the thread that opened it, with its buffer.
struct cnl_socket;

struct cnl_options {
    /// Size of the receive buffer in bytes. The kernel sizes its dumps after it, up to 32 KiB; 0 is 32 KiB.
    size_t receive_size;
    /// Longest wait for one datagram in milliseconds; 0 is 5,000.
    uint32_t receive_timeout_ms;
};

/// Which sockets a dump asks for.
enum cnl_request_kind {
    /// TCPDIAG_GETSOCK: IPv4 and IPv6 in one walk of the kernel's table.
    CNL_REQUEST_BOTH_FAMILIES,
    /// SOCK_DIAG_BY_FAMILY, one walk for each family, for kernels that refuse the former.
    CNL_REQUEST_IPV4,
    CNL_REQUEST_IPV6,
};

/// Opens a socket; the caller closes it with `cnl_close`. Returns null with `error` set when it fails.
struct cnl_socket *_Nullable cnl_open(struct cnl_options options, struct cnl_error *__noescape error);

/// Opens a socket in the network namespace of a descriptor (`/proc/PID/ns/net`), on a thread of its own that enters it.
/// Needs CAP_SYS_ADMIN there. Once open it can be used from any thread; it keeps the namespace alive.
struct cnl_socket *_Nullable cnl_open_in_namespace(int descriptor, struct cnl_options options,
                                                   struct cnl_error *__noescape error);

/// What the file of a descriptor stands for.
enum cnl_namespace_file {
    CNL_NO_NAMESPACE,
    CNL_NETWORK_NAMESPACE,
    /// A namespace of another kind, such as that of process numbers.
    CNL_OTHER_NAMESPACE,
};
enum cnl_namespace_file cnl_namespace_file(int descriptor);

/// Moves the calling thread, and the threads that it starts later, into the network namespace of a descriptor. Needs
/// CAP_SYS_ADMIN there and here.
///
/// - Returns: 0, or the errno.
int cnl_enter_namespace(int descriptor);
/// The number of the network namespace in which the socket was opened (SO_NETNS_COOKIE), which the kernel never gives
/// out again; 0 where the kernel does not tell (before Linux 5.14).
uint64_t cnl_namespace_cookie(const struct cnl_socket *__noescape socket);

/// Room for the name of a network interface, with the 0 at its end.
enum { CNL_INTERFACE_NAME_SIZE = 16 };

/// Writes the name of a network interface of the namespace in which the socket was opened, whatever the namespace of
/// the calling thread. Returns false where there is no such interface.
bool cnl_interface_name(const struct cnl_socket *__noescape socket, uint32_t index,
                        char *__noescape __counted_by(CNL_INTERFACE_NAME_SIZE) name);

/// Closes the socket, and with it any dump under way.
void cnl_close(struct cnl_socket *socket);

/// The bit of a state in a set of states.
#define CNL_STATE_BIT(state) (UINT32_C(1) << (state))

/// The states of a full dump: all in the kernel's table of connections, and the listeners.
enum { CNL_ALL_STATES = 0xffe };

/// The state of listeners. A dump of that state alone does not walk the table of connections.
enum { CNL_LISTEN = 10 };

/// The state of sockets that are bound and nothing else. The kernel reports them as CLOSE (7), so a dump asks for one
/// of the two: no socket in the table of connections is in state CLOSE for longer than its removal takes.
enum { CNL_CLOSE = 7, CNL_BOUND_INACTIVE = 13 };

/// What a dump asks for.
struct cnl_request {
    enum cnl_request_kind kind;
    /// Bit N for state N. With bit `CNL_BOUND_INACTIVE`, a kernel since 6.8 walks its table of bound sockets too; older
    /// ones ignore the bit, which `cnl_reports_bound_inactive` finds out.
    uint32_t states;
    /// Filled with the listening sockets among those asked for, where it is not null: the kernel then tells of their
    /// drops, which takes a longer message for each socket.
    struct cnl_listeners *_Nullable listeners;
    /// Counts the sockets asked for, where it is not null.
    struct cnl_ports *_Nullable ports;
    /// Leaves out all other sockets, where it is not null. The kernel tells of them nevertheless.
    const struct cnl_filter *_Nullable filter;
};

/// Asks for sockets and adds them to `counts`.
///
/// Returns false with `error` set when it fails; the counts are then partial. After any failure but `CNL_REFUSED` and
/// `CNL_INTERRUPTED` the rest of the answer may still arrive: close the socket, open another.
bool cnl_tcp_dump(struct cnl_socket *__noescape socket, const struct cnl_request *__noescape request,
                  struct cnl_tcp_counts *__noescape counts, struct cnl_error *__noescape error);

/// Finds out whether the kernel reports sockets in state BOUND_INACTIVE, by asking for one that it binds itself.
///
/// - Returns: false with `error` set when it could not find out: `CNL_NO_PROBE` where all ports are taken.
bool cnl_reports_bound_inactive(struct cnl_socket *__noescape socket, bool *__noescape reports,
                                struct cnl_error *__noescape error);

#pragma clang assume_nonnull end

#endif
