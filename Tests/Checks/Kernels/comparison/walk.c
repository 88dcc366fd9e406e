// SPDX-License-Identifier: Apache-2.0

#include "walk.h"

#include "walker.h"

#include <stdio.h>
#include <string.h>

_Static_assert(CST_IPV4 == IPV4 && CST_IPV6 == IPV6 && CST_FAMILIES == FAMILIES && CST_STATES >= STATES &&
                   CST_TIMERS == TIMERS && CST_PORTS == PORTS && CST_PORT_SLOTS == PORT_SLOTS && CST_LISTEN == LISTEN,
               "counts are indexed alike");

const struct walk_form walk_forms[WALK_FORMS] = {{"cast", 0, 6, 2}, {"probe", 1, 5, 17}};

enum { MOST_SCANS = 3 };

// How long the tables of other namespaces may be walked, in nanoseconds: in an emulated guest longer than by the
// exporter.
static const uint64_t foreign_nanoseconds = UINT64_C(5000000000);

struct csw_walker *walk_open(const struct walk_form *form, char *reason, size_t size)
{
    struct cbl_error error = {0};
    struct csw_walker *walker = csw_open_form(form->index, form->index + 1, CSW_QUEUES, 0, &error);
    if (!walker)
        snprintf(reason, size, "cbl_failure %d: %s%s%s", error.failure, error.call ? error.call : "",
                 error.call ? ": " : "", strerror(error.error_number));
    return walker;
}

void walk_close(struct csw_walker *walker)
{
    csw_close(walker);
}

static bool is_complete(struct csw_summary summary)
{
    return summary.lost_listener_chains == 0 && summary.changed_chains == 0 && summary.long_chains == 0 &&
           summary.uncounted_tables == 0;
}

static bool walk_tcp(struct csw_walker *walker, struct csw_options options, struct csw_error *error)
{
    if (!csw_begin(walker, options, error) || !csw_walk_listeners(walker, error))
        return false;
    csw_count_destinations(walker, all_ports());
    return csw_walk_connections(walker, port_slots(), error);
}

static void add_failure(struct check *check, const struct csw_error *error)
{
    check_fault(check, "a scan failed with csw_failure %d: %s: %s", error->failure,
                error->call ? error->call : "no call", strerror(error->error_number));
}

bool walk_scan(struct csw_walker *walker, struct walk_options options, struct check *check)
{
    struct csw_options chosen = {
        .by_namespace = options.by_namespace,
        .folds = options.with_queues ? CSW_QUEUES : 0,
        .foreign_nanoseconds = foreign_nanoseconds,
    };
    struct csw_error error = {0};
    for (int scan = 0; scan < MOST_SCANS; scan++) {
        if (!walk_tcp(walker, chosen, &error)) {
            add_failure(check, &error);
            return false;
        }
        if (is_complete(csw_summary(walker)))
            return true;
    }
    check_fault(check, "%d scans in a row could not count all chains", MOST_SCANS);
    return false;
}

static uint64_t sockets(const struct csw_walker *walker, size_t namespace, unsigned family, unsigned state)
{
    switch (state) {
    case SYN_RECV:
        return csw_sockets(walker, namespace, family, SYN_RECV) + csw_sockets(walker, namespace, family, NEW_SYN_RECV);
    case NEW_SYN_RECV:
        return 0;
    default:
        return csw_sockets(walker, namespace, family, state);
    }
}

static uint64_t port_sockets(const struct csw_walker *walker, unsigned slot, unsigned state)
{
    switch (state) {
    case SYN_RECV:
        return csw_port_sockets(walker, slot, SYN_RECV) + csw_port_sockets(walker, slot, NEW_SYN_RECV);
    case NEW_SYN_RECV:
        return 0;
    default:
        return csw_port_sockets(walker, slot, state);
    }
}

static void take_sockets(const struct csw_walker *walker, size_t namespace, struct counts *counts)
{
    memset(counts, 0, sizeof *counts);
    for (unsigned family = 0; family < FAMILIES; family++)
        for (unsigned state = 0; state < STATES; state++)
            counts->sockets[family][state] = sockets(walker, namespace, family, state);
}

static void take_listeners(const struct csw_walker *walker, size_t namespace, struct counts *counts)
{
    for (size_t i = 0; i < csw_listeners(walker); i++) {
        struct cst_listener listener = csw_listener(walker, i);
        if (listener.namespace_index != namespace)
            continue;
        struct endpoint endpoint = {
            .family = listener.family,
            .port = listener.port,
            .sockets = listener.sockets,
            .backlog = listener.backlog,
            .backlog_limit = listener.backlog_limit,
            .drops = listener.drops,
        };
        memcpy(endpoint.address, listener.address, sizeof endpoint.address);
        counts_add_listeners(counts, endpoint);
    }
}

void walk_own_counts(const struct csw_walker *walker, struct counts *counts)
{
    take_sockets(walker, CST_OWN_NAMESPACE, counts);
    for (unsigned family = 0; family < FAMILIES; family++) {
        counts->receive_queue_bytes[family] = csw_receive_queue_bytes(walker, family);
        counts->send_queue_bytes[family] = csw_send_queue_bytes(walker, family);
    }
    for (unsigned timer = 0; timer < TIMERS; timer++)
        counts->timers[timer] = csw_timer_sockets(walker, timer);
    for (unsigned slot = 0; slot < PORT_SLOTS; slot++)
        for (unsigned state = 0; state < STATES; state++)
            counts->port_sockets[slot][state] = port_sockets(walker, slot, state);
    counts->busiest_destination = csw_busiest_destination(walker);
    counts->used_ports = csw_used_ports(walker);
    take_listeners(walker, CST_OWN_NAMESPACE, counts);
}

void walk_own_sockets(const struct csw_walker *walker, struct counts *counts)
{
    take_sockets(walker, CST_OWN_NAMESPACE, counts);
}

bool walk_namespace_counts(const struct csw_walker *walker, ino_t inode, struct counts *counts)
{
    for (size_t i = CST_FIRST_FOREIGN_NAMESPACE; i < csw_namespaces(walker); i++)
        if (csw_namespace(walker, i).inode == inode) {
            take_sockets(walker, i, counts);
            take_listeners(walker, i, counts);
            return true;
        }
    return false;
}

void walk_other_counts(const struct csw_walker *walker, struct counts *counts)
{
    take_sockets(walker, CST_OTHER_NAMESPACES, counts);
}

uint64_t walk_reread_chains(const struct csw_walker *walker)
{
    return csw_summary(walker).reread_chains;
}

enum walk_udp_outcome walk_udp(struct csw_walker *walker, bool by_namespace, struct check *check)
{
    struct csw_options options = {
        .protocol = CSW_UDP, .by_namespace = by_namespace, .foreign_nanoseconds = foreign_nanoseconds};
    struct csw_error error = {0};
    for (int scan = 0; scan < MOST_SCANS; scan++) {
        if (!csw_begin(walker, options, &error) || !csw_walk_udp(walker, &error)) {
            if (error.failure == CSW_UNSUPPORTED)
                return WALK_UDP_REFUSED;
            add_failure(check, &error);
            return WALK_UDP_FAILED;
        }
        if (is_complete(csw_summary(walker)))
            return WALK_UDP_DONE;
    }
    check_fault(check, "%d scans in a row could not count all chains", MOST_SCANS);
    return WALK_UDP_FAILED;
}

static void take_udp_sockets(const struct csw_walker *walker, size_t namespace, struct udp_counts *counts)
{
    memset(counts, 0, sizeof *counts);
    for (unsigned family = 0; family < FAMILIES; family++)
        for (unsigned state = 0; state < STATES; state++)
            counts->sockets[family][state] = csw_sockets(walker, namespace, family, state);
}

void walk_udp_own_counts(const struct csw_walker *walker, struct udp_counts *counts)
{
    take_udp_sockets(walker, CST_OWN_NAMESPACE, counts);
    for (unsigned family = 0; family < FAMILIES; family++) {
        counts->receive_queue_bytes[family] = csw_receive_queue_bytes(walker, family);
        counts->send_queue_bytes[family] = csw_send_queue_bytes(walker, family);
    }
    for (size_t i = 0; i < csw_udp_ports(walker); i++) {
        struct csw_udp_port port = csw_udp_port(walker, i);
        udp_counts_add(counts, port.family, port.port, port.drops);
    }
}

void walk_udp_namespace_sockets(const struct csw_walker *walker, ino_t inode, struct udp_counts *counts)
{
    memset(counts, 0, sizeof *counts);
    for (size_t i = CST_FIRST_FOREIGN_NAMESPACE; i < csw_namespaces(walker); i++)
        if (csw_namespace(walker, i).inode == inode)
            take_udp_sockets(walker, i, counts);
}
