// SPDX-License-Identifier: Apache-2.0

#include "socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/time.h>
#include <time.h>

static const uint64_t NANOSECONDS_PER_SECOND = UINT64_C(1000000000);

/// The longest wait for one datagram, in nanoseconds.
static const uint64_t LONGEST_WAIT = UINT64_C(5000000000);

static bool fail(struct cnl_error *error, enum cnl_failure failure, int error_number, const char *call)
{
    *error = (struct cnl_error){.failure = failure, .error_number = error_number, .call = call};
    return false;
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time); // cannot fail
    return (uint64_t)time.tv_sec * NANOSECONDS_PER_SECOND + (uint64_t)time.tv_nsec;
}

static bool set_timeout(struct cnl_socket *socket, uint64_t timeout, struct cnl_error *error)
{
    // Rounded up: 0 would be no time-out at all.
    uint64_t microseconds = (timeout + 999) / 1000;
    struct timeval value = {.tv_sec = (time_t)(microseconds / 1000000),
                            .tv_usec = (suseconds_t)(microseconds % 1000000)};
    if (setsockopt(mnl_socket_get_fd(socket->mnl), SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value) != 0)
        return fail(error, CNL_SYSTEM_CALL_FAILED, errno, "setsockopt");
    socket->timeout = timeout;
    return true;
}

// Limits the next wait for a datagram to what is left until the deadline. Takes a system call only where the limit is
// another one than before.
static bool limit_wait(struct cnl_socket *socket, struct cnl_error *error)
{
    uint64_t wait = LONGEST_WAIT;
    if (socket->deadline != 0) {
        uint64_t time = now();
        if (time >= socket->deadline)
            return fail(error, CNL_DEADLINE, 0, NULL);
        if (socket->deadline - time < wait)
            wait = socket->deadline - time;
    }
    if (wait == socket->timeout)
        return true;
    return set_timeout(socket, wait, error);
}

static bool send_request(struct cnl_socket *socket, const struct cnl_request *request, struct cnl_error *error)
{
    struct nlmsghdr header = {
        .nlmsg_len = (uint32_t)(sizeof header + request->size),
        .nlmsg_type = request->message_type,
        .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
        .nlmsg_seq = ++socket->last_sequence,
    };
    struct iovec parts[] = {
        {.iov_base = &header, .iov_len = sizeof header},
        {.iov_base = (void *)request->payload, .iov_len = request->size},
    };
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct msghdr message = {.msg_name = &kernel, .msg_namelen = sizeof kernel, .msg_iov = parts, .msg_iovlen = 2};
    while (sendmsg(mnl_socket_get_fd(socket->mnl), &message, 0) < 0)
        if (errno != EINTR)
            return fail(error, CNL_SYSTEM_CALL_FAILED, errno, "sendmsg");
    return true;
}

static bool receive_failed(const struct cnl_socket *socket, struct cnl_error *error)
{
    switch (errno) {
    case EAGAIN:
        if (socket->timeout < LONGEST_WAIT)
            return fail(error, CNL_DEADLINE, 0, NULL);
        return fail(error, CNL_TIMED_OUT, errno, NULL);
    case ENOBUFS:
        return fail(error, CNL_OVERRUN, errno, NULL);
    default:
        return fail(error, CNL_SYSTEM_CALL_FAILED, errno, "recvmsg");
    }
}

// Receives one datagram of the kernel's into the socket's buffer.
static bool receive_datagram(struct cnl_socket *socket, size_t *size, struct cnl_error *error)
{
    struct sockaddr_nl sender = {0};
    struct iovec target = {.iov_base = socket->buffer, .iov_len = socket->buffer_size};
    struct msghdr message = {.msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = &target, .msg_iovlen = 1};
    ssize_t received;
    do {
        if (!limit_wait(socket, error))
            return false;
        received = socket->receive(mnl_socket_get_fd(socket->mnl), &message, 0);
    } while (received < 0 && errno == EINTR);
    if (received < 0)
        return receive_failed(socket, error);
    if (message.msg_namelen != sizeof sender || sender.nl_family != AF_NETLINK || sender.nl_pid != 0)
        return fail(error, CNL_FOREIGN, 0, NULL);
    if (message.msg_flags & MSG_TRUNC)
        return fail(error, CNL_TRUNCATED, 0, NULL);
    *size = (size_t)received;
    return true;
}

bool cnl_dump(struct cnl_socket *socket, const struct cnl_request *request, struct cnl_reader reader,
              struct cnl_error *error)
{
    if (!limit_wait(socket, error) || !send_request(socket, request, error))
        return false;
    struct cnl_reply reply = {
        .message_type = request->message_type,
        .sequence = socket->last_sequence,
        .port_id = socket->port_id,
        .reader = reader,
    };
    enum cnl_progress progress = CNL_MORE;
    while (progress == CNL_MORE) {
        size_t size;
        if (!receive_datagram(socket, &size, error))
            return false;
        progress = cnl_reply_datagram(&reply, socket->buffer, size);
    }
    *error = reply.error;
    return progress == CNL_COMPLETE;
}
