// SPDX-License-Identifier: Apache-2.0

#include "walker.h"

_Static_assert(WALK_FAMILIES == CSW_FAMILIES && WALK_STATES == CSW_STATES && WALK_TIMERS == CSW_TIMERS,
               "results are read by the same indices");
_Static_assert(WALK_PORTS == CSW_PORTS && WALK_PORT_SLOTS == CSW_PORT_SLOTS, "ports are counted by the same indices");
_Static_assert(WALK_OWN_NAMESPACE == CSW_OWN_NAMESPACE && WALK_OTHER_NAMESPACES == CSW_OTHER_NAMESPACES &&
                   WALK_FIRST_FOREIGN_NAMESPACE == CSW_FIRST_FOREIGN_NAMESPACE,
               "namespaces have the same indices");

struct csw_summary csw_summary(const struct csw_walker *walker)
{
    struct csw_summary summary = walker->summary;
    summary.unknown_families = walker->result->scan.unknown_families;
    summary.reread_chains = walker->result->scan.reread_chains;
    summary.uncounted_tables = walker->result->scan.uncounted_tables;
    summary.lacks_queues = walker->result->scan.lacks_queues != 0;
    summary.shared_table_is_incomplete = walker->result->scan.shared_table_is_incomplete != 0;
    return summary;
}

size_t csw_namespaces(const struct csw_walker *walker)
{
    size_t namespaces = walker->result->scan.namespaces;
    return namespaces < WALK_NAMESPACE_SLOTS ? namespaces : WALK_NAMESPACE_SLOTS;
}

struct csw_namespace csw_namespace(const struct csw_walker *walker, size_t index)
{
    if (index >= csw_namespaces(walker))
        return (struct csw_namespace){0};
    const struct walk_namespace *place = &walker->result->namespace[index];
    return (struct csw_namespace){
        .inode = place->inode,
        .cookie = place->cookie,
        .cgroup = place->cgroup,
        .is_incomplete = place->is_incomplete,
        .lacks_listeners = place->lacks_listeners || csw_endpoints_are_incomplete(&walker->endpoints, index),
        .is_of_tenant = place->is_of_tenant,
    };
}

// Requests are counted apart from the sockets in SYN_RECV.
enum { STATE_SYN_RECV = 3, STATE_NEW_SYN_RECV = 12 };

static uint64_t sockets_in_state(const uint32_t sockets[WALK_STATES], unsigned state)
{
    if (state >= WALK_STATES || state == STATE_NEW_SYN_RECV)
        return 0;
    return (uint64_t)sockets[state] + (state == STATE_SYN_RECV ? sockets[STATE_NEW_SYN_RECV] : 0);
}

uint64_t csw_sockets(const struct csw_walker *walker, size_t index, unsigned family, unsigned state)
{
    if (index >= csw_namespaces(walker) || family >= WALK_FAMILIES)
        return 0;
    return sockets_in_state(walker->result->namespace[index].sockets[family], state);
}

uint64_t csw_requests(const struct csw_walker *walker, size_t index)
{
    uint64_t requests = 0;
    for (unsigned family = 0; family < WALK_FAMILIES && index < csw_namespaces(walker); family++)
        requests += walker->result->namespace[index].sockets[family][STATE_NEW_SYN_RECV];
    return requests;
}

uint64_t csw_port_sockets(const struct csw_walker *walker, unsigned slot, unsigned state)
{
    return slot < WALK_PORT_SLOTS ? sockets_in_state(walker->result->port_sockets[slot], state) : 0;
}

uint64_t csw_receive_queue_bytes(const struct csw_walker *walker, unsigned family)
{
    return family < WALK_FAMILIES ? walker->result->scan.queues.receive_bytes[family] : 0;
}

uint64_t csw_send_queue_bytes(const struct csw_walker *walker, unsigned family)
{
    return family < WALK_FAMILIES ? walker->result->scan.queues.send_bytes[family] : 0;
}

uint64_t csw_timer_sockets(const struct csw_walker *walker, unsigned timer)
{
    return timer < WALK_TIMERS ? walker->result->scan.queues.timers[timer] : 0;
}

size_t csw_listeners(const struct csw_walker *walker)
{
    return walker->endpoints.count;
}

struct csw_listener csw_listener(const struct csw_walker *walker, size_t index)
{
    return index < walker->endpoints.count ? walker->endpoints.records[index] : (struct csw_listener){0};
}
