// SPDX-License-Identifier: Apache-2.0

#ifndef CNETLINK_SOCKET_H
#define CNETLINK_SOCKET_H

#include "CNetlinkConversation.h"

#if !__has_include(<libmnl/libmnl.h>)
#error "libmnl's headers are missing: install libmnl-dev (Debian, Ubuntu) or libmnl-devel (Fedora)"
#endif

#include <libmnl/libmnl.h>
#include <stdalign.h>
#include <sys/socket.h>

/// The size of the receive buffer: the kernel sizes its dumps after it, up to 32 KiB.
enum { CNL_RECEIVE_SIZE = 32 * 1024 };

struct cnl_socket {
    struct mnl_socket *mnl;
    /// recvmsg(2), or what a test puts in its place to play a kernel in trouble.
    ssize_t (*receive)(int descriptor, struct msghdr *message, int flags);
    /// In nanoseconds of CLOCK_MONOTONIC; 0 is never.
    uint64_t deadline;
    /// The receive time-out that is set, in nanoseconds; 0 while none is.
    uint64_t timeout;
    uint32_t port_id;
    uint32_t last_sequence;
    /// How much of the buffer is used: all of it, but in tests.
    size_t buffer_size;
    alignas(16) uint8_t buffer[CNL_RECEIVE_SIZE];
};

#endif
