// SPDX-License-Identifier: Apache-2.0

#include "CNetlinkTestSupport.h"

#include "../../../Sources/CNetlink/socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// recvmsg(2) has no room for a context.
static _Thread_local struct cnlt_script *played;
static _Thread_local const struct cnl_socket *playing;

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

static void note_size(struct nlmsghdr *header, void *context)
{
    uint32_t *largest = context;
    if (*largest < header->nlmsg_len)
        *largest = header->nlmsg_len;
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

static struct timeval receive_timeout(int descriptor)
{
    struct timeval timeout = {0};
    socklen_t size = sizeof timeout;
    getsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, &size);
    return timeout;
}

static void note_timeout(int descriptor)
{
    struct timeval timeout = receive_timeout(descriptor);
    uint64_t microseconds = (uint64_t)timeout.tv_sec * 1000000 + (uint64_t)timeout.tv_usec;
    if (played->longest_timeout_us < microseconds)
        played->longest_timeout_us = microseconds;
}

// Waits with the same time-out for a datagram that nobody sends.
static ssize_t withhold(int descriptor, struct msghdr *message)
{
    struct timeval timeout = receive_timeout(descriptor);
    int silent = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (silent < 0 || setsockopt(silent, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) != 0)
        return -1;
    ssize_t size = recvmsg(silent, message, 0);
    int error_number = errno;
    close(silent);
    errno = error_number;
    return size;
}

static void pass_deadline(void)
{
    struct timespec deadline = {.tv_sec = (time_t)(playing->deadline / 1000000000),
                                .tv_nsec = (long)(playing->deadline % 1000000000)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL) == EINTR)
        ;
}

static ssize_t play(int descriptor, struct msghdr *message, int flags)
{
    note_timeout(descriptor);
    size_t call = played->calls++;
    struct cnlt_step step = {.action = CNLT_DELIVER};
    if (call < played->step_count)
        step = played->steps[call];
    if (step.action == CNLT_FAIL) {
        errno = step.number;
        return -1;
    }
    if (step.action == CNLT_WITHHOLD)
        return withhold(descriptor, message);
    if (step.action == CNLT_REFUSE)
        return refuse(descriptor, message, flags, step.number);
    ssize_t size = recvmsg(descriptor, message, flags);
    if (size < 0)
        return size;
    for_each_message(message->msg_iov[0].iov_base, (size_t)size, note_size, &played->largest_message);
    switch (step.action) {
    case CNLT_DELIVER:
    case CNLT_FAIL:
    case CNLT_REFUSE:
    case CNLT_WITHHOLD:
        break;
    case CNLT_PASS_DEADLINE:
        pass_deadline();
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

bool cnlt_scripted_dump(struct cnl_socket *socket, struct cnlt_script *script, const struct cnl_tcp_request *request,
                        struct cnl_tcp_counts *counts, struct cnl_error *error)
{
    ssize_t (*receive)(int, struct msghdr *, int) = socket->receive;
    played = script;
    playing = socket;
    socket->receive = play;
    bool ok = cnl_tcp_dump(socket, request, counts, error);
    socket->receive = receive;
    played = NULL;
    playing = NULL;
    return ok;
}
