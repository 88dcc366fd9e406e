// SPDX-License-Identifier: Apache-2.0

#include "walker.h"

struct csw_summary csw_summary(const struct csw_walker *walker)
{
    struct csw_summary summary = walker->summary;
    summary.unknown_families = results(walker)->scan.unknown_families;
    summary.reread_chains = results(walker)->scan.reread_chains;
    summary.uncounted_tables = results(walker)->scan.uncounted_tables;
    summary.lacks_queues = results(walker)->scan.lacks_queues != 0;
    summary.lacks_drops = results(walker)->scan.lacks_drops != 0 || walker->udp_ports.is_incomplete;
    summary.lacks_cgroups = results(walker)->scan.lacks_cgroups != 0;
    summary.lacks_latency = results(walker)->scan.lacks_latency != 0;
    summary.lacks_idle = results(walker)->scan.lacks_idle != 0;
    summary.has_more_cgroups = results(walker)->scan.has_more_cgroups != 0;
    summary.shared_table_is_incomplete = results(walker)->scan.shared_table_is_incomplete != 0;
    return summary;
}

size_t csw_namespaces(const struct csw_walker *walker)
{
    size_t namespaces = results(walker)->scan.namespaces;
    return namespaces < WALK_NAMESPACE_SLOTS ? namespaces : WALK_NAMESPACE_SLOTS;
}

struct csw_namespace csw_namespace(const struct csw_walker *walker, size_t index)
{
    if (index >= csw_namespaces(walker))
        return (struct csw_namespace){0};
    const struct walk_namespace *place = &results(walker)->namespace[index];
    return (struct csw_namespace){
        .inode = place->inode,
        .cookie = place->cookie,
        .cgroup = place->cgroup,
        .is_incomplete = place->is_incomplete,
        .lacks_listeners = place->lacks_listeners || csw_endpoints_are_incomplete(&walker->endpoints, index),
        .is_of_tenant = place->is_of_tenant,
    };
}

uint64_t csw_sockets_in_state(const uint32_t sockets[CST_STATES], unsigned state)
{
    if (state >= CST_STATES || state == CST_NEW_SYN_RECV)
        return 0;
    return (uint64_t)sockets[state] + (state == CST_SYN_RECV ? sockets[CST_NEW_SYN_RECV] : 0);
}

uint64_t csw_sockets(const struct csw_walker *walker, size_t index, unsigned family, unsigned state)
{
    if (index >= csw_namespaces(walker) || family >= CST_FAMILIES)
        return 0;
    return csw_sockets_in_state(results(walker)->namespace[index].sockets[family], state);
}

uint64_t csw_requests(const struct csw_walker *walker, size_t index)
{
    uint64_t requests = 0;
    for (unsigned family = 0; family < CST_FAMILIES && index < csw_namespaces(walker); family++)
        requests += results(walker)->namespace[index].sockets[family][CST_NEW_SYN_RECV];
    return requests;
}

uint64_t csw_port_sockets(const struct csw_walker *walker, unsigned slot, unsigned state)
{
    return slot < CST_PORT_SLOTS ? csw_sockets_in_state(results(walker)->port_sockets[slot], state) : 0;
}

uint64_t csw_busiest_destination(const struct csw_walker *walker)
{
    return results(walker)->scan.busiest_destination;
}

size_t csw_used_ports(const struct csw_walker *walker)
{
    size_t ports = 0;
    for (size_t i = 0; i < CST_PORT_SET_SIZE; i++)
        ports += (size_t)__builtin_popcount(results(walker)->used_ports[i]);
    return ports;
}

bool csw_is_used_port(const struct csw_walker *walker, uint16_t port)
{
    return results(walker)->used_ports[port / 8] & 1 << port % 8;
}

uint64_t csw_receive_queue_bytes(const struct csw_walker *walker, unsigned family)
{
    return family < CST_FAMILIES ? results(walker)->scan.queues.receive_bytes[family] : 0;
}

uint64_t csw_send_queue_bytes(const struct csw_walker *walker, unsigned family)
{
    return family < CST_FAMILIES ? results(walker)->scan.queues.send_bytes[family] : 0;
}

uint64_t csw_timer_sockets(const struct csw_walker *walker, unsigned timer)
{
    return timer < CST_TIMERS ? results(walker)->scan.queues.timers[timer] : 0;
}

size_t csw_listeners(const struct csw_walker *walker)
{
    return walker->endpoints.count;
}

struct cst_listener csw_listener(const struct csw_walker *walker, size_t index)
{
    return index < walker->endpoints.count ? walker->endpoints.records[index] : (struct cst_listener){0};
}

size_t csw_udp_ports(const struct csw_walker *walker)
{
    return walker->udp_ports.count;
}

struct csw_udp_port csw_udp_port(const struct csw_walker *walker, size_t index)
{
    return index < walker->udp_ports.count ? walker->udp_ports.records[index] : (struct csw_udp_port){0};
}
