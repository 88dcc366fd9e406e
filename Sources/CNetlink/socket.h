// SPDX-License-Identifier: Apache-2.0

#ifndef CNETLINK_SOCKET_H
#define CNETLINK_SOCKET_H

#include "CNetlink.h"

#if !__has_include(<libmnl/libmnl.h>)
#error "libmnl's headers are missing: install libmnl-dev (Debian, Ubuntu) or libmnl-devel (Fedora)"
#endif

#include <libmnl/libmnl.h>
#include <stdalign.h>
#include <sys/socket.h>

struct cnl_socket {
    struct mnl_socket *mnl;
    /// recvmsg(2), or what a test puts in its place to play a kernel in trouble.
    ssize_t (*receive)(int descriptor, struct msghdr *message, int flags);
    uint32_t port_id;
    uint32_t last_sequence;
    size_t buffer_size;
    alignas(16) uint8_t buffer[];
};

#endif
