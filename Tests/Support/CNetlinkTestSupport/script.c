// SPDX-License-Identifier: Apache-2.0

#include "CNetlinkTestSupport.h"

#include "../../../Sources/CNetlink/socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

// recvmsg(2) has no room for a context.
static _Thread_local struct cnlt_script *played;

typedef void message_visitor(struct nlmsghdr *header, void *context);

// Visits the messages of a datagram that the kernel sent and writes their headers back.
static void for_each_message(uint8_t *data, size_t size, message_visitor *visit, void *context)
{
    while (size >= sizeof(struct nlmsghdr)) {
        struct nlmsghdr header;
        memcpy(&header, data, sizeof header);
        visit(&header, context);
        memcpy(data, &header, sizeof header);
        size_t step = NLMSG_ALIGN((size_t)header.nlmsg_len);
        if (step < sizeof header || step >= size)
            return;
        data += step;
        size -= step;
    }
}

static void interrupt(struct nlmsghdr *header, void *context)
{
    (void)context;
    header->nlmsg_flags |= NLM_F_DUMP_INTR;
}

static void keep_header(struct nlmsghdr *header, void *context)
{
    *(struct nlmsghdr *)context = *header;
}

static ssize_t refuse(int descriptor, struct msghdr *message, int flags, int error_number)
{
    struct nlmsghdr last = {0};
    while (last.nlmsg_type != NLMSG_DONE) {
        ssize_t size = recvmsg(descriptor, message, flags);
        if (size < 0)
            return size;
        for_each_message(message->msg_iov[0].iov_base, (size_t)size, keep_header, &last);
    }
    struct {
        struct nlmsghdr header;
        struct nlmsgerr report;
    } refusal = {.header = last, .report.error = -error_number};
    refusal.header.nlmsg_len = sizeof refusal;
    refusal.header.nlmsg_type = NLMSG_ERROR;
    memcpy(message->msg_iov[0].iov_base, &refusal, sizeof refusal);
    return sizeof refusal;
}

static ssize_t replace(struct msghdr *message, const struct cnlt_script *script)
{
    size_t room = message->msg_iov[0].iov_len;
    size_t size = script->replacement_size < room ? script->replacement_size : room;
    if (size > 0)
        memcpy(message->msg_iov[0].iov_base, script->replacement, size);
    return (ssize_t)size;
}

static ssize_t play(int descriptor, struct msghdr *message, int flags)
{
    size_t call = played->calls++;
    struct cnlt_step step = {.action = CNLT_DELIVER};
    if (call < played->step_count)
        step = played->steps[call];
    if (step.action == CNLT_FAIL) {
        errno = step.number;
        return -1;
    }
    if (step.action == CNLT_REFUSE)
        return refuse(descriptor, message, flags, step.number);
    ssize_t size = recvmsg(descriptor, message, flags);
    if (size < 0)
        return size;
    switch (step.action) {
    case CNLT_DELIVER:
    case CNLT_FAIL:
    case CNLT_REFUSE:
        break;
    case CNLT_TRUNCATE:
        message->msg_flags |= MSG_TRUNC;
        break;
    case CNLT_CLAIM_SENDER:
        ((struct sockaddr_nl *)message->msg_name)->nl_pid = (uint32_t)step.number;
        break;
    case CNLT_OMIT_SENDER:
        message->msg_namelen = 0;
        break;
    case CNLT_REPLACE:
        return replace(message, played);
    case CNLT_INTERRUPT:
        for_each_message(message->msg_iov[0].iov_base, (size_t)size, interrupt, NULL);
        break;
    }
    return size;
}

bool cnlt_scripted_dump(struct cnl_socket *socket, struct cnlt_script *script, enum cnl_request_kind kind,
                        uint32_t states, struct cnl_tcp_counts *counts, struct cnl_error *error)
{
    ssize_t (*receive)(int, struct msghdr *, int) = socket->receive;
    played = script;
    socket->receive = play;
    struct cnl_request request = {.kind = kind, .states = states};
    bool ok = cnl_tcp_dump(socket, &request, counts, error);
    socket->receive = receive;
    played = NULL;
    return ok;
}
