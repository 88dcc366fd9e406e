// SPDX-License-Identifier: Apache-2.0

#include "CNetlinkTCP.h"

#include "cgroups.h"
#include "inet_attributes.h"
#include "measures.h"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

static unsigned counted_state(const struct cnl_tcp_fold *fold, uint8_t state)
{
    if (state == CST_NEW_SYN_RECV)
        return CST_SYN_RECV;
    if (state == CST_CLOSE && fold->closed_is_bound_inactive)
        return CST_BOUND_INACTIVE;
    return state;
}

static bool is_known_state(unsigned state)
{
    return (state >= CST_ESTABLISHED && state <= CST_CLOSING) || state == CST_BOUND_INACTIVE;
}

static void list_listener(struct cnl_listeners *listeners, const struct inet_diag_msg *message,
                          const struct cnl_inet_attributes *attributes)
{
    size_t index = listeners->count++;
    if (index >= listeners->capacity)
        return;
    struct cst_listener *listener = &listeners->records[index];
    *listener = (struct cst_listener){
        .backlog = message->idiag_rqueue,
        .backlog_limit = message->idiag_wqueue,
        .drops = attributes->drops,
        .sockets = 1,
        .full_sockets = message->idiag_rqueue > message->idiag_wqueue,
        .fullest_backlog = message->idiag_rqueue,
        .fullest_limit = message->idiag_wqueue,
        .interface = message->id.idiag_if,
        .port = ntohs(message->id.idiag_sport),
        .family = message->idiag_family == AF_INET6 ? CST_IPV6 : CST_IPV4,
    };
    size_t size = listener->family == CST_IPV6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
    memcpy(listener->address, message->id.idiag_src, size);
}

static void count_port(struct cnl_ports *ports, const struct inet_diag_msg *message, unsigned state)
{
    if (state != CST_BOUND_INACTIVE)
        cnl_ports_count(ports, ntohs(message->id.idiag_sport), state);
}

static void count_destination(struct cnl_destinations *destinations, const struct inet_diag_msg *message,
                              unsigned state)
{
    if (state == CST_LISTEN || state == CST_BOUND_INACTIVE)
        return;
    const struct inet_diag_sockid *id = &message->id;
    const struct cst_destination_keys *keys = &destinations->keys;
    uint64_t hash = message->idiag_family == AF_INET6
                        ? cst_ipv6_hash(keys, id->idiag_src, id->idiag_dst, id->idiag_dport)
                        : cst_ipv4_hash(keys, id->idiag_src[0], id->idiag_dst[0], id->idiag_dport);
    cnl_destinations_count(destinations, ntohs(id->idiag_sport), hash);
}

static void measure(const struct cnl_tcp_fold *fold, const struct inet_diag_msg *message,
                    const struct cnl_inet_attributes *attributes, unsigned state)
{
    struct cnl_info info = {.bytes = attributes->info, .size = attributes->info_size};
    unsigned slot = fold->ports ? fold->ports->slots[ntohs(message->id.idiag_sport)] : 0;
    if (fold->latency)
        cnl_latency_count(fold->latency, slot, state, &info);
    if (fold->idleness)
        cnl_idleness_count(fold->idleness, slot, state, &info);
}

// Returns the state that it was counted by, 0 where it was left out.
static inline __attribute__((always_inline)) unsigned count_socket(const struct cnl_tcp_fold *fold,
                                                                   const struct inet_diag_msg *message,
                                                                   const struct cnl_inet_attributes *attributes)
{
    struct cnl_tcp_counts *counts = fold->counts;
    if (message->idiag_family != AF_INET && message->idiag_family != AF_INET6) {
        counts->unknown_families++;
        return 0;
    }
    unsigned family = message->idiag_family == AF_INET6 ? CST_IPV6 : CST_IPV4;
    unsigned state = counted_state(fold, message->idiag_state);
    if (!is_known_state(state)) {
        counts->unknown_states++;
        return 0;
    }
    counts->connections[family][state]++;
    // With TCP Fast Open a connection is a socket before the last step of the handshake.
    if (state == CST_SYN_RECV && !attributes->has_shutdown)
        counts->requests++;
    if (counts->cgroup == 0 && attributes->cgroup > CST_ROOT_CGROUP)
        counts->cgroup = attributes->cgroup;
    if (message->idiag_timer < CST_TIMERS)
        counts->timers[message->idiag_timer]++;
    else
        counts->unknown_timers++;
    if (fold->ports)
        count_port(fold->ports, message, state);
    if (fold->destinations)
        count_destination(fold->destinations, message, state);
    if (state == CST_LISTEN && fold->listeners)
        list_listener(fold->listeners, message, attributes);
    // A listener's queue fields are its accept backlog and the limit of it: counts, not bytes.
    if (state != CST_LISTEN && state != CST_BOUND_INACTIVE) {
        counts->receive_queue_bytes[family] += message->idiag_rqueue;
        counts->send_queue_bytes[family] += message->idiag_wqueue;
    }
    return state;
}

static void count_cgroup(struct cnl_cgroups *cgroups, const struct cnl_inet_attributes *attributes, unsigned state)
{
    // Whether the kernel tells cgroups is seen of each socket, whatever the filter selects.
    cgroups->has_full_socket |= attributes->has_shutdown;
    cgroups->has_cgroup |= attributes->cgroup != 0;
    if (state != 0 && state != CST_BOUND_INACTIVE)
        cnl_cgroups_count(cgroups, attributes->cgroup, state);
}

// Reads a `struct inet_diag_msg` and its attributes. A plain fold, as a constant, counts no cgroups and measures
// nothing: it takes as few instructions as if there were none of that.
static inline __attribute__((always_inline)) bool read_message(const struct cnl_tcp_fold *fold, const uint8_t *payload,
                                                               size_t size, bool is_plain)
{
    struct inet_diag_msg message;
    if (size < sizeof message)
        return false;
    struct cnl_inet_attributes attributes = {0};
    if (!cnl_read_inet_attributes(&attributes, &fold->counts->unknown_attributes,
                                  cnl_attributes(payload + sizeof message, size - sizeof message), !is_plain))
        return false;
    bool is_measured = !is_plain && attributes.info && (fold->latency || fold->idleness);
    if (is_measured && attributes.info_size < CNL_LEAST_INFO_SIZE)
        return false;
    memcpy(&message, payload, sizeof message);
    unsigned state = 0;
    if (fold->filter && !cnl_filter_selects(fold->filter, message.idiag_inode, ntohs(message.id.idiag_sport)))
        fold->counts->unselected++;
    else
        state = count_socket(fold, &message, &attributes);
    if (!is_plain && fold->cgroups)
        count_cgroup(fold->cgroups, &attributes, state);
    if (is_measured && state != 0)
        measure(fold, &message, &attributes, state);
    return true;
}

static bool read_socket(void *context, const uint8_t *payload, size_t size)
{
    return read_message(context, payload, size, true);
}

static bool read_socket_closely(void *context, const uint8_t *payload, size_t size)
{
    return read_message(context, payload, size, false);
}

struct cnl_reader cnl_tcp_reader(struct cnl_tcp_fold *fold)
{
    return (struct cnl_reader){
        .read = fold->cgroups || fold->latency || fold->idleness ? read_socket_closely : read_socket,
        .context = fold,
        .unknown_messages = &fold->counts->unknown_messages,
    };
}

// The memory of listeners holds their drops. INET_DIAG_INFO is asked for only where it is read: the kernel then locks
// every socket. Cgroups come unasked.
static uint8_t extensions(const struct cnl_tcp_request *request)
{
    unsigned memory = request->listeners ? 1u << (INET_DIAG_SKMEMINFO - 1) : 0;
    unsigned info = request->latency || request->idleness ? 1u << (INET_DIAG_INFO - 1) : 0;
    return (uint8_t)(memory | info);
}

bool cnl_tcp_dump(struct cnl_socket *socket, const struct cnl_tcp_request *request, struct cnl_tcp_counts *counts,
                  struct cnl_error *error)
{
    struct cnl_tcp_fold fold = {
        .counts = counts,
        .listeners = request->listeners,
        .ports = request->ports,
        .destinations = request->destinations,
        .cgroups = request->cgroups,
        .latency = request->latency,
        .idleness = request->idleness,
        .filter = request->filter,
        .closed_is_bound_inactive = request->states & cnl_state_bit(CST_BOUND_INACTIVE),
    };
    struct inet_diag_req of_both = {
        .idiag_family = AF_INET,
        .idiag_ext = extensions(request),
        .idiag_states = request->states,
    };
    struct inet_diag_req_v2 of_one = {
        .sdiag_family = request->kind == CNL_REQUEST_IPV6 ? AF_INET6 : AF_INET,
        .sdiag_protocol = IPPROTO_TCP,
        .idiag_ext = extensions(request),
        .idiag_states = request->states,
    };
    struct cnl_request message = {.message_type = SOCK_DIAG_BY_FAMILY, .payload = &of_one, .size = sizeof of_one};
    if (request->kind == CNL_REQUEST_BOTH_FAMILIES)
        message = (struct cnl_request){.message_type = TCPDIAG_GETSOCK, .payload = &of_both, .size = sizeof of_both};
    return cnl_dump(socket, &message, cnl_tcp_reader(&fold), error);
}
