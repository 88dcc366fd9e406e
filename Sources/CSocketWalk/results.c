// SPDX-License-Identifier: Apache-2.0

#include "walker.h"

#include <string.h>

_Static_assert(WALK_FAMILIES == CSW_FAMILIES && WALK_STATES == CSW_STATES && WALK_TIMERS == CSW_TIMERS,
               "results are read by the same indices");
_Static_assert(WALK_PORTS == CSW_PORTS && WALK_PORT_SLOTS == CSW_PORT_SLOTS, "ports are counted by the same indices");
_Static_assert(WALK_OWN_NAMESPACE == CSW_OWN_NAMESPACE && WALK_OTHER_NAMESPACES == CSW_OTHER_NAMESPACES &&
                   WALK_FIRST_FOREIGN_NAMESPACE == CSW_FIRST_FOREIGN_NAMESPACE,
               "namespaces have the same indices");

struct csw_summary csw_summary(const struct csw_walker *walker)
{
    return (struct csw_summary){
        .unknown_families = walker->result->unknown_families,
        .recounted_chains = walker->result->recounted_chains,
        .uncounted_chains = walker->result->uncounted_chains,
        .uncounted_foreign_chains = walker->uncounted_foreign_chains,
        .uncounted_tables = walker->result->uncounted_tables,
        .table_entries = walker->table_entries,
        .table_buckets = walker->table_buckets,
        .longest_chain = walker->longest_chain,
    };
}

size_t csw_namespaces(const struct csw_walker *walker)
{
    size_t namespaces = walker->result->namespaces;
    return namespaces < WALK_NAMESPACE_SLOTS ? namespaces : WALK_NAMESPACE_SLOTS;
}

uint32_t csw_namespace_inode(const struct csw_walker *walker, size_t index)
{
    return index < csw_namespaces(walker) ? walker->result->namespace[index].inode : 0;
}

uint64_t csw_sockets(const struct csw_walker *walker, size_t index, unsigned family, unsigned state)
{
    if (index >= csw_namespaces(walker) || family >= WALK_FAMILIES || state >= WALK_STATES)
        return 0;
    return walker->result->namespace[index].sockets[family][state];
}

uint64_t csw_port_sockets(const struct csw_walker *walker, unsigned slot, unsigned state)
{
    return slot < WALK_PORT_SLOTS && state < WALK_STATES ? walker->result->port_sockets[slot][state] : 0;
}

uint64_t csw_receive_queue_bytes(const struct csw_walker *walker, unsigned family)
{
    return family < WALK_FAMILIES ? walker->result->queues.receive_bytes[family] : 0;
}

uint64_t csw_send_queue_bytes(const struct csw_walker *walker, unsigned family)
{
    return family < WALK_FAMILIES ? walker->result->queues.send_bytes[family] : 0;
}

uint64_t csw_timer_sockets(const struct csw_walker *walker, unsigned timer)
{
    return timer < WALK_TIMERS ? walker->result->queues.timers[timer] : 0;
}

size_t csw_listeners(const struct csw_walker *walker)
{
    return walker->listener_count;
}

struct csw_listener csw_listener(const struct csw_walker *walker, size_t index)
{
    if (index >= walker->listener_count)
        return (struct csw_listener){0};
    const struct walk_listener *record = &walker->listeners[index];
    struct csw_listener listener = {
        .backlog = record->backlog,
        .backlog_limit = record->backlog_limit,
        .drops = record->drops,
        .port = record->port,
        .family = record->is_ipv6 ? CSW_IPV6 : CSW_IPV4,
    };
    _Static_assert(sizeof listener.address == sizeof record->address, "an address of IPv6");
    memcpy(listener.address, record->address, sizeof listener.address);
    return listener;
}
