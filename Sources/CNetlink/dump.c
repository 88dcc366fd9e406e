// SPDX-License-Identifier: Apache-2.0

#include "socket.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum { DEFAULT_RECEIVE_SIZE = 32 * 1024, DEFAULT_RECEIVE_TIMEOUT_MS = 5000 };

static bool system_call_failed(struct cnl_error *error, const char *call)
{
    *error = (struct cnl_error){.failure = CNL_SYSTEM_CALL_FAILED, .error_number = errno, .call = call};
    return false;
}

static bool configure(struct cnl_socket *socket, uint32_t timeout_ms, struct cnl_error *error)
{
    struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = (timeout_ms % 1000) * 1000};
    if (setsockopt(mnl_socket_get_fd(socket->mnl), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) != 0)
        return system_call_failed(error, "setsockopt");
    if (mnl_socket_bind(socket->mnl, 0, MNL_SOCKET_AUTOPID) != 0)
        return system_call_failed(error, "bind");
    socket->port_id = mnl_socket_get_portid(socket->mnl);
    return true;
}

struct cnl_socket *cnl_open(struct cnl_options options, struct cnl_error *error)
{
    size_t size = options.receive_size ? options.receive_size : DEFAULT_RECEIVE_SIZE;
    struct cnl_socket *socket = calloc(1, sizeof *socket + size);
    if (!socket) {
        system_call_failed(error, "calloc");
        return NULL;
    }
    socket->buffer_size = size;
    socket->receive = recvmsg;
    socket->mnl = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
    if (!socket->mnl) {
        system_call_failed(error, "socket");
        free(socket);
        return NULL;
    }
    if (!configure(socket, options.receive_timeout_ms ? options.receive_timeout_ms : DEFAULT_RECEIVE_TIMEOUT_MS,
                   error)) {
        cnl_close(socket);
        return NULL;
    }
    return socket;
}

void cnl_close(struct cnl_socket *socket)
{
    mnl_socket_close(socket->mnl);
    free(socket);
}

// The memory of listeners holds their drops. INET_DIAG_INFO must not be asked for: the kernel then locks every socket.
static uint8_t extensions(const struct cnl_request *request)
{
    return request->listeners ? 1 << (INET_DIAG_SKMEMINFO - 1) : 0;
}

static void put_request(struct nlmsghdr *header, const struct cnl_request *request)
{
    if (request->kind == CNL_REQUEST_BOTH_FAMILIES) {
        struct inet_diag_req *message = mnl_nlmsg_put_extra_header(header, sizeof *message);
        message->idiag_family = AF_INET;
        message->idiag_ext = extensions(request);
        message->idiag_states = request->states;
    } else {
        struct inet_diag_req_v2 *message = mnl_nlmsg_put_extra_header(header, sizeof *message);
        message->sdiag_family = request->kind == CNL_REQUEST_IPV6 ? AF_INET6 : AF_INET;
        message->sdiag_protocol = IPPROTO_TCP;
        message->idiag_ext = extensions(request);
        message->idiag_states = request->states;
    }
}

static bool send_request(struct cnl_socket *socket, const struct cnl_request *request, struct cnl_reply *reply,
                         struct cnl_error *error)
{
    alignas(struct nlmsghdr) char message[NLMSG_SPACE(sizeof(struct inet_diag_req))] = {0};
    _Static_assert(sizeof(struct inet_diag_req) >= sizeof(struct inet_diag_req_v2), "room for either request");
    struct nlmsghdr *header = mnl_nlmsg_put_header(message);
    header->nlmsg_type = request->kind == CNL_REQUEST_BOTH_FAMILIES ? TCPDIAG_GETSOCK : SOCK_DIAG_BY_FAMILY;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nlmsg_seq = ++socket->last_sequence;
    put_request(header, request);

    *reply = (struct cnl_reply){
        .message_type = header->nlmsg_type,
        .sequence = header->nlmsg_seq,
        .port_id = socket->port_id,
        .closed_is_bound_inactive = request->states & CNL_STATE_BIT(CNL_BOUND_INACTIVE),
        .listeners = request->listeners,
        .ports = request->ports,
        .filter = request->filter,
    };
    while (mnl_socket_sendto(socket->mnl, header, header->nlmsg_len) < 0)
        if (errno != EINTR)
            return system_call_failed(error, "sendto");
    return true;
}

static bool receive_failed(struct cnl_error *error)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        *error = (struct cnl_error){.failure = CNL_TIMED_OUT, .error_number = errno};
    else if (errno == ENOBUFS)
        *error = (struct cnl_error){.failure = CNL_OVERRUN, .error_number = errno};
    else
        system_call_failed(error, "recvmsg");
    return false;
}

// Receives one datagram of the kernel's into the socket's buffer.
static bool receive_datagram(struct cnl_socket *socket, size_t *size, struct cnl_error *error)
{
    struct sockaddr_nl sender = {0};
    struct iovec target = {.iov_base = socket->buffer, .iov_len = socket->buffer_size};
    struct msghdr message = {.msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = &target, .msg_iovlen = 1};
    ssize_t received;
    do
        received = socket->receive(mnl_socket_get_fd(socket->mnl), &message, 0);
    while (received < 0 && errno == EINTR);
    if (received < 0)
        return receive_failed(error);
    if (message.msg_namelen != sizeof sender || sender.nl_family != AF_NETLINK || sender.nl_pid != 0) {
        *error = (struct cnl_error){.failure = CNL_FOREIGN};
        return false;
    }
    if (message.msg_flags & MSG_TRUNC) {
        *error = (struct cnl_error){.failure = CNL_TRUNCATED};
        return false;
    }
    *size = (size_t)received;
    return true;
}

bool cnl_tcp_dump(struct cnl_socket *socket, const struct cnl_request *request, struct cnl_tcp_counts *counts,
                  struct cnl_error *error)
{
    struct cnl_reply reply;
    if (!send_request(socket, request, &reply, error))
        return false;
    enum cnl_progress progress = CNL_MORE;
    while (progress == CNL_MORE) {
        size_t size;
        if (!receive_datagram(socket, &size, error))
            return false;
        progress = cnl_reply_datagram(&reply, socket->buffer, size, counts);
    }
    *error = reply.error;
    return progress == CNL_COMPLETE;
}
