// SPDX-License-Identifier: Apache-2.0

#include "CNetlinkUDP.h"

#include "inet_attributes.h"
#include "udp_ports.h"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

// The kernel makes the bytes of a queue from two numbers that change in between: they may be negative for a moment.
static uint32_t queue_bytes(uint32_t told)
{
    return told > INT32_MAX ? 0 : told;
}

static void count_port(const struct cnl_udp_fold *fold, unsigned family, const struct inet_diag_msg *message,
                       const struct cnl_inet_attributes *attributes)
{
    if (!attributes->has_drops)
        fold->counts->unknown_drops++;
    cnl_udp_ports_add(fold->ports, family, ntohs(message->id.idiag_sport), attributes->drops);
}

static void count_socket(const struct cnl_udp_fold *fold, const struct inet_diag_msg *message,
                         const struct cnl_inet_attributes *attributes)
{
    struct cnl_udp_counts *counts = fold->counts;
    if (message->idiag_family != AF_INET && message->idiag_family != AF_INET6) {
        counts->unknown_families++;
        return;
    }
    if (message->idiag_state != CST_ESTABLISHED && message->idiag_state != CST_CLOSE) {
        counts->unknown_states++;
        return;
    }
    unsigned family = message->idiag_family == AF_INET6 ? CST_IPV6 : CST_IPV4;
    counts->sockets[family][message->idiag_state]++;
    counts->receive_queue_bytes[family] += queue_bytes(message->idiag_rqueue);
    counts->send_queue_bytes[family] += queue_bytes(message->idiag_wqueue);
    if (counts->cgroup == 0 && attributes->cgroup > CST_ROOT_CGROUP)
        counts->cgroup = attributes->cgroup;
    if (fold->ports)
        count_port(fold, family, message, attributes);
}

// Reads a `struct inet_diag_msg` and its attributes.
static bool read_socket(void *context, const uint8_t *payload, size_t size)
{
    const struct cnl_udp_fold *fold = context;
    struct inet_diag_msg message;
    if (size < sizeof message)
        return false;
    struct cnl_inet_attributes attributes = {0};
    if (!cnl_read_inet_attributes(&attributes, &fold->counts->unknown_attributes,
                                  cnl_attributes(payload + sizeof message, size - sizeof message), false))
        return false;
    memcpy(&message, payload, sizeof message);
    count_socket(fold, &message, &attributes);
    return true;
}

struct cnl_reader cnl_udp_reader(struct cnl_udp_fold *fold)
{
    return (struct cnl_reader){
        .read = read_socket, .context = fold, .unknown_messages = &fold->counts->unknown_messages};
}

bool cnl_udp_dump(struct cnl_socket *socket, const struct cnl_udp_request *request, struct cnl_udp_counts *counts,
                  struct cnl_error *error)
{
    struct cnl_udp_fold fold = {.counts = counts, .ports = request->ports};
    struct inet_diag_req_v2 payload = {
        .sdiag_family = request->family == CST_IPV6 ? AF_INET6 : AF_INET,
        .sdiag_protocol = IPPROTO_UDP,
        // The memory of a socket holds its drops.
        .idiag_ext = request->ports ? 1 << (INET_DIAG_SKMEMINFO - 1) : 0,
        .idiag_states = request->states,
    };
    struct cnl_request message = {.message_type = SOCK_DIAG_BY_FAMILY, .payload = &payload, .size = sizeof payload};
    return cnl_dump(socket, &message, cnl_udp_reader(&fold), error);
}
