// SPDX-License-Identifier: Apache-2.0
//
// Counts the kernel's TCP or UDP sockets with a BPF program that walks the hash tables in place: no message for each
// socket, no lock, no reference.
//
// A scan of TCP has three steps: `csw_begin`, `csw_walk_listeners` and `csw_walk_connections`. One of UDP has two:
// `csw_begin` and `csw_walk_udp`. It is about the network namespace of the thread that calls them, and about the other
// namespaces together or one by one. Its results stay with the walker until the next scan begins. A walker belongs to
// one thread at a time.
//
// A loaded program keeps two things: its descriptor, which runs it, and a mapping of the memory that it writes its
// results to. It takes no address from that memory.

#ifndef CSOCKETWALK_H
#define CSOCKETWALK_H

#include "CBPFLoader.h"
#include "CSocketTypes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A loaded BPF program.
struct csw_walker;

/// What a scan of TCP sockets counts beside states, listeners, ports and destinations, as bits. Each costs time.
enum csw_fold {
    /// Queues and timers.
    CSW_QUEUES = 1 << 0,
    /// Sockets by cgroup.
    CSW_CGROUPS = 1 << 1,
    /// Round trips and what belongs to them, by port.
    CSW_LATENCY = 1 << 2,
    /// Idle times, by port.
    CSW_IDLE = 1 << 3,
};

/// Loads the program in the best form that the kernel accepts; the caller closes it with `csw_close`.
///
/// - `folds`: the set of folds that scans may have; those that they may not are not in the loaded program.
/// - Returns: null with `error` set when it fails.
struct csw_walker *_Nullable csw_open(unsigned folds, struct cbl_error *__noescape error);

/// Unloads the program.
void csw_close(struct csw_walker *walker);

// MARK: Failures

enum csw_failure {
    CSW_NO_FAILURE = 0,
    /// A call failed.
    CSW_CALL_FAILED,
    /// The caller's deadline has passed.
    CSW_DEADLINE,
    /// The scan takes longer than it may.
    CSW_TIMED_OUT,
    /// This kernel keeps the sockets where the walk does not look: UDP before Linux 6.2.
    CSW_UNSUPPORTED,
};

/// The reason of a failure.
struct csw_error {
    enum csw_failure failure;
    /// An errno, or 0 where the failure has none.
    int error_number;
    /// The call that failed, a static string, or null.
    const char *_Nullable call;
};

// MARK: The scan

enum csw_protocol { CSW_TCP, CSW_UDP };

/// What a scan reads, and how long it may take.
struct csw_options {
    enum csw_protocol protocol;
    /// Counts other network namespaces one by one, and also walks the tables that a namespace has for itself. Without
    /// it, only those in the own namespace's tables are counted, in `CST_OTHER_NAMESPACES`.
    bool by_namespace;
    /// The set of folds, of those that the program was loaded with. Queues of UDP are always read.
    unsigned folds;
    /// When the scan fails with `CSW_DEADLINE`, in nanoseconds of CLOCK_MONOTONIC; 0 is never. It is compared between
    /// runs of the program.
    uint64_t deadline;
    /// When the scan fails with `CSW_TIMED_OUT`: a limit of the source's own, in the same way.
    uint64_t latest_end;
    /// How long tables that the own namespace does not use may be walked, in nanoseconds of the thread's processor
    /// time, and 20 times as long on the clock. The namespaces whose tables are not walked to their end by then are
    /// incomplete.
    uint64_t foreign_nanoseconds;
};

/// Clears the results of the previous scan and begins another. Returns false with `error` set when it fails: with
/// CSW_UNSUPPORTED for UDP before Linux 6.2.
bool csw_begin(struct csw_walker *__noescape walker, struct csw_options options, struct csw_error *__noescape error);

/// Counts the sockets that listen. Returns false with `error` set when it fails; the scan's counts are then partial.
/// Those of chains that could not be counted (`lost_listener_chains`) are missing in all counts.
bool csw_walk_listeners(struct csw_walker *__noescape walker, struct csw_error *__noescape error);

/// Counts where connections go in this scan: those of the own namespace whose local port is one of a set. To be called
/// before `csw_walk_connections`.
void csw_count_destinations(struct csw_walker *__noescape walker,
                            const uint8_t *__noescape __counted_by(CST_PORT_SET_SIZE) ports);

/// Counts all other TCP sockets.
///
/// - `port_slots`: for each local port the counter of its sockets, below `CST_PORT_SLOTS`; 0 counts those of all ports
///   that are not told apart.
/// - Returns: false with `error` set when it fails; the scan's counts are then partial.
bool csw_walk_connections(struct csw_walker *__noescape walker,
                          const uint16_t *__noescape __counted_by(CST_PORTS) port_slots,
                          struct csw_error *__noescape error);

/// The most cgroups that can be preferred.
enum { CSW_PREFERRED_CGROUPS = 512 };

/// Names cgroups by their numbers that are to be counted in the next scans whatever others there are: any user to whom
/// a part of the hierarchy is delegated can make more than are told apart. To be called before `csw_begin`.
void csw_prefer_cgroups(struct csw_walker *__noescape walker, const uint64_t *__noescape __counted_by(count) numbers,
                        size_t count);

/// Counts the UDP sockets that are bound to a port. Returns false with `error` set when it fails; the scan's counts are
/// then partial.
bool csw_walk_udp(struct csw_walker *__noescape walker, struct csw_error *__noescape error);

// MARK: The results

/// How the scan went. The sockets of a chain that changed in all its reads, or that is too long, are in no count.
struct csw_summary {
    /// Sockets left out because their family is neither IPv4 nor IPv6.
    uint64_t unknown_families;
    /// How often a chain was read again because it changed while it was read.
    uint64_t reread_chains;
    /// Chains of the table of listeners, which all namespaces share, that could not be counted.
    uint64_t lost_listener_chains;
    /// Chains of the own namespace's table of connections, or of UDP sockets, that changed in all their reads, and
    /// those that are too long: more than 65,536 sockets, where those that follow each other and are counted alike are
    /// one.
    uint64_t changed_chains;
    uint64_t long_chains;
    /// Tables that the own namespace does not use and that were not counted whole.
    uint64_t uncounted_tables;
    /// One of them is the table that most namespaces share: no other namespace's connections are complete.
    bool shared_table_is_incomplete;
    /// All tables of namespaces that belong to the own user namespace were walked: of these, those that were not
    /// counted whole and have a socket are marked incomplete.
    bool host_tables_are_walked;
    /// This kernel keeps queues and timers elsewhere, or the drops of UDP sockets: their counts are 0.
    bool lacks_queues;
    bool lacks_drops;
    /// It keeps what belongs to cgroups, to round trips or to idle times elsewhere: their counts are 0. Idle times also
    /// where it is not known how many ticks of its clock are a second.
    bool lacks_cgroups;
    bool lacks_latency;
    bool lacks_idle;
    /// There were more cgroups than are told apart.
    bool has_more_cgroups;
    /// The longest run of the program, in nanoseconds.
    uint64_t longest_run;
    /// The own namespace's table of connections, or of UDP sockets, which most namespaces share: its sockets of all
    /// namespaces, its size, and its longest chain.
    uint64_t table_entries;
    uint64_t table_buckets;
    uint64_t longest_chain;
};

/// How the last scan went.
struct csw_summary csw_summary(const struct csw_walker *__noescape walker);

/// How many network namespaces the last scan has counts of. Their indices are below: `CST_OWN_NAMESPACE`,
/// `CST_OTHER_NAMESPACES`, and the others from `CST_FIRST_FOREIGN_NAMESPACE` on.
size_t csw_namespaces(const struct csw_walker *__noescape walker);

/// A network namespace.
struct csw_namespace {
    /// Its inode number; 0 for `CST_OTHER_NAMESPACES`, and for an index that is too large.
    uint32_t inode;
    /// The kernel's number of it, which is not used again; 0 where the kernel has none (before Linux 5.12).
    uint64_t cookie;
    /// The number of the cgroup of one of its sockets, or 0.
    uint64_t cgroup;
    /// Connections of it are missing in the counts.
    bool is_incomplete;
    /// Its listeners are more than are listed of a namespace, or of all of them: none is complete.
    bool lacks_listeners;
    /// It belongs to another user namespace than the process, so that any user can have made it.
    bool is_of_tenant;
};

/// A namespace of the last scan.
struct csw_namespace csw_namespace(const struct csw_walker *__noescape walker, size_t index);

/// Sockets of a namespace by family (`CST_IPV4`, `CST_IPV6`) and state (below `CST_STATES`); 0 for any other index.
/// NEW_SYN_RECV is counted as SYN_RECV, and minisockets by what they stand for, as sock_diag reports them.
uint64_t csw_sockets(const struct csw_walker *__noescape walker, size_t index, unsigned family, unsigned state);

/// Connection requests among the sockets of a namespace in SYN_RECV: those that are not yet sockets of their own.
uint64_t csw_requests(const struct csw_walker *__noescape walker, size_t index);

/// Sockets of the own namespace, without listeners, by the counter of their local port and by state; 0 for any other
/// index.
uint64_t csw_port_sockets(const struct csw_walker *__noescape walker, unsigned slot, unsigned state);

/// The most sockets of the own namespace that go from one local address to one remote address and port, from the ports
/// of `csw_count_destinations`; or more than that, where destinations share counters. 0 where there is none.
uint64_t csw_busiest_destination(const struct csw_walker *__noescape walker);

/// How many of these ports have a socket that does not listen, and whether a port is among those.
size_t csw_used_ports(const struct csw_walker *__noescape walker);
bool csw_is_used_port(const struct csw_walker *__noescape walker, uint16_t port);

/// Bytes received by the own namespace's sockets of a family and not yet read; 0 for any other index. Those of UDP are
/// memory, with the overhead of each datagram.
uint64_t csw_receive_queue_bytes(const struct csw_walker *__noescape walker, unsigned family);

/// Bytes written by the own namespace's sockets of a family and not yet acknowledged, or with UDP not yet sent; 0 for
/// any other index.
uint64_t csw_send_queue_bytes(const struct csw_walker *__noescape walker, unsigned family);

/// Sockets of the own namespace by the timer they wait for, with the numbers of sock_diag (below `CST_TIMERS`); 0 for
/// any other index.
uint64_t csw_timer_sockets(const struct csw_walker *__noescape walker, unsigned timer);

// MARK: Results of folds

/// How many cgroups the last scan has counts of, with those that are below: `CST_NO_CGROUP` for sockets that have none,
/// `CST_OTHER_CGROUPS`, and the cgroups from `CST_FIRST_CGROUP` on.
size_t csw_cgroups(const struct csw_walker *__noescape walker);

/// The number of a cgroup, which is the inode number of its directory and not used again; 0 for an index that is too
/// large.
uint64_t csw_cgroup_number(const struct csw_walker *__noescape walker, size_t index);

/// Sockets of a cgroup in a state, listeners too; 0 for any other index.
uint64_t csw_cgroup_sockets(const struct csw_walker *__noescape walker, size_t index, unsigned state);

/// The most bytes of a cgroup's path.
enum { CSW_LONGEST_CGROUP_PATH = 1024 };

/// Writes the path of a cgroup from the root of the hierarchy, without a 0 at its end. Returns its length; 0 where the
/// path is too long or could not be read.
size_t csw_cgroup_path(const struct csw_walker *__noescape walker, size_t index,
                       char *__noescape __counted_by(CSW_LONGEST_CGROUP_PATH) path);

/// How the connections of the own namespace are doing, by the counter of their local port; all zero for any other
/// index.
struct cst_latency csw_latency(const struct csw_walker *__noescape walker, unsigned slot);

/// How long they have been idle, by the counter of their local port and by state (`CST_IDLE_ESTABLISHED`,
/// `CST_IDLE_CLOSE_WAIT`); all zero for any other index.
struct cst_idleness csw_idleness(const struct csw_walker *__noescape walker, unsigned slot, unsigned state);

// MARK: Results that are lists

/// The number of listening endpoints in the own namespace and in the other namespaces that have counts of their own.
size_t csw_listeners(const struct csw_walker *__noescape walker);

/// One of these endpoints; all zero for an index that is too large.
struct cst_listener csw_listener(const struct csw_walker *__noescape walker, size_t index);

/// A local port of the own namespace with UDP sockets of a family.
struct csw_udp_port {
    /// Datagrams that these dropped since they were opened.
    uint64_t drops;
    uint16_t port;
    /// `CST_IPV4` or `CST_IPV6`.
    uint16_t family;
};

/// The number of records of such ports. One port may have several.
size_t csw_udp_ports(const struct csw_walker *__noescape walker);

/// One of these records; all zero for an index that is too large.
struct csw_udp_port csw_udp_port(const struct csw_walker *__noescape walker, size_t index);

#pragma clang assume_nonnull end

#endif
