// SPDX-License-Identifier: Apache-2.0

#include "fold.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

// The kernel's number that <netinet/tcp.h> does not have.
enum { STATE_NEW_SYN_RECV = 12 };

_Static_assert(CNL_BOUND_INACTIVE < CNL_STATES && TCP_CLOSING < CNL_STATES, "every state has its place");
_Static_assert(sizeof(struct inet_diag_msg) == 72, "the layout of the kernel's interface");

// The last attribute that this file was written against (INET_DIAG_SOCKOPT of Linux 5.10 to 6.18), spelled out so that
// the count of unknown ones does not depend on the headers at build time.
enum { LAST_KNOWN_ATTRIBUTE = 22 };

// The place of the drops among the numbers of INET_DIAG_SKMEMINFO (SK_MEMINFO_DROPS, which userland's headers lack
// where they are old).
enum { MEMORY_DROPS = 8 };

// INET_DIAG_CGROUP_ID (since Linux 5.9), which userland's headers lack where they are old.
enum { ATTRIBUTE_CGROUP = 21 };

// The number of the root of the cgroup2 hierarchy.
enum { ROOT_CGROUP = 1 };

// What is read of a socket's attributes.
struct attributes {
    uint32_t drops;
    // A socket's message always has INET_DIAG_SHUTDOWN; that of a connection request or a minisocket never does.
    bool has_shutdown;
    uint64_t cgroup;
};

static void read_attribute(struct attributes *attributes, unsigned type, const uint8_t *value, size_t size)
{
    enum { DROPS_OFFSET = MEMORY_DROPS * sizeof attributes->drops };
    switch (type) {
    case INET_DIAG_SHUTDOWN:
        attributes->has_shutdown = true;
        break;
    case INET_DIAG_SKMEMINFO:
        if (size >= DROPS_OFFSET + sizeof attributes->drops)
            memcpy(&attributes->drops, value + DROPS_OFFSET, sizeof attributes->drops);
        break;
    case ATTRIBUTE_CGROUP:
        if (size >= sizeof attributes->cgroup)
            memcpy(&attributes->cgroup, value, sizeof attributes->cgroup);
        break;
    default:
        break;
    }
}

static bool read_attributes(struct attributes *attributes, struct cnl_tcp_counts *counts, const uint8_t *data,
                            size_t size)
{
    while (size >= sizeof(struct nlattr)) {
        struct nlattr attribute;
        memcpy(&attribute, data, sizeof attribute);
        if (attribute.nla_len < sizeof attribute || attribute.nla_len > size)
            return false;
        unsigned type = attribute.nla_type & NLA_TYPE_MASK;
        if (type == 0 || type > LAST_KNOWN_ATTRIBUTE)
            counts->unknown_attributes++;
        else
            read_attribute(attributes, type, data + sizeof attribute, attribute.nla_len - sizeof attribute);
        size_t step = cnl_aligned(attribute.nla_len);
        if (step >= size)
            return true;
        data += step;
        size -= step;
    }
    return true;
}

static unsigned folded_state(const struct cnl_reply *reply, uint8_t state)
{
    if (state == STATE_NEW_SYN_RECV)
        return TCP_SYN_RECV;
    if (state == TCP_CLOSE && reply->closed_is_bound_inactive)
        return CNL_BOUND_INACTIVE;
    return state;
}

static bool is_known_state(unsigned state)
{
    return (state >= TCP_ESTABLISHED && state <= TCP_CLOSING) || state == CNL_BOUND_INACTIVE;
}

static void list_listener(struct cnl_listeners *listeners, const struct inet_diag_msg *message,
                          const struct attributes *attributes)
{
    size_t index = listeners->count++;
    if (index >= listeners->capacity)
        return;
    struct cnl_listener *listener = &listeners->records[index];
    *listener = (struct cnl_listener){
        .backlog = message->idiag_rqueue,
        .backlog_limit = message->idiag_wqueue,
        .drops = attributes->drops,
        .interface = message->id.idiag_if,
        .port = ntohs(message->id.idiag_sport),
        .family = message->idiag_family == AF_INET6 ? CNL_IPV6 : CNL_IPV4,
    };
    size_t size = listener->family == CNL_IPV6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
    memcpy(listener->address, message->id.idiag_src, size);
}

static void count_port(struct cnl_ports *ports, const struct inet_diag_msg *message, unsigned state)
{
    uint16_t slot = ports->slots[ntohs(message->id.idiag_sport)];
    if (slot < CNL_PORT_SLOTS && state != CNL_BOUND_INACTIVE)
        ports->sockets[slot][state]++;
}

bool cnl_fold_socket(const struct cnl_reply *reply, const uint8_t *payload, size_t size, struct cnl_tcp_counts *counts)
{
    struct inet_diag_msg message;
    if (size < sizeof message)
        return false;
    memcpy(&message, payload, sizeof message);
    struct attributes attributes = {0};
    if (!read_attributes(&attributes, counts, payload + sizeof message, size - sizeof message))
        return false;

    if (reply->filter && !cnl_filter_selects(reply->filter, message.idiag_inode, ntohs(message.id.idiag_sport))) {
        counts->unselected++;
        return true;
    }
    if (message.idiag_family != AF_INET && message.idiag_family != AF_INET6) {
        counts->unknown_families++;
        return true;
    }
    unsigned family = message.idiag_family == AF_INET6 ? CNL_IPV6 : CNL_IPV4;
    unsigned state = folded_state(reply, message.idiag_state);
    if (!is_known_state(state)) {
        counts->unknown_states++;
        return true;
    }
    counts->connections[family][state]++;
    // With TCP Fast Open a connection is a socket before the last step of the handshake.
    if (state == TCP_SYN_RECV && !attributes.has_shutdown)
        counts->requests++;
    if (counts->cgroup == 0 && attributes.cgroup > ROOT_CGROUP)
        counts->cgroup = attributes.cgroup;
    if (message.idiag_timer < CNL_TIMERS)
        counts->timers[message.idiag_timer]++;
    else
        counts->unknown_timers++;
    if (reply->ports)
        count_port(reply->ports, &message, state);
    if (state == TCP_LISTEN && reply->listeners)
        list_listener(reply->listeners, &message, &attributes);
    // A listener's queue fields are its accept backlog and the limit of it: counts, not bytes.
    if (state != TCP_LISTEN && state != CNL_BOUND_INACTIVE) {
        counts->receive_queue_bytes[family] += message.idiag_rqueue;
        counts->send_queue_bytes[family] += message.idiag_wqueue;
    }
    return true;
}
