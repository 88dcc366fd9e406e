// SPDX-License-Identifier: Apache-2.0

#include "fold.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
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

static bool count_unknown_attributes(struct cnl_tcp_counts *counts, const uint8_t *data, size_t size)
{
    while (size >= sizeof(struct nlattr)) {
        struct nlattr attribute;
        memcpy(&attribute, data, sizeof attribute);
        if (attribute.nla_len < sizeof attribute || attribute.nla_len > size)
            return false;
        unsigned type = attribute.nla_type & NLA_TYPE_MASK;
        if (type == 0 || type > LAST_KNOWN_ATTRIBUTE)
            counts->unknown_attributes++;
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

bool cnl_fold_socket(const struct cnl_reply *reply, const uint8_t *payload, size_t size, struct cnl_tcp_counts *counts)
{
    struct inet_diag_msg message;
    if (size < sizeof message)
        return false;
    memcpy(&message, payload, sizeof message);
    if (!count_unknown_attributes(counts, payload + sizeof message, size - sizeof message))
        return false;

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
    if (message.idiag_timer < CNL_TIMERS)
        counts->timers[message.idiag_timer]++;
    else
        counts->unknown_timers++;
    // A listener's queue fields are its accept backlog and the limit of it: counts, not bytes.
    if (state != TCP_LISTEN && state != CNL_BOUND_INACTIVE) {
        counts->receive_queue_bytes[family] += message.idiag_rqueue;
        counts->send_queue_bytes[family] += message.idiag_wqueue;
    }
    return true;
}
