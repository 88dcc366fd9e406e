// SPDX-License-Identifier: Apache-2.0

#include "CNetlinkTCP.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

// A socket bound to a port of the kernel's choice, which is the state BOUND_INACTIVE. Returns -1 when it fails.
static int bound_socket(struct cnl_error *error)
{
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        *error = (struct cnl_error){.failure = CNL_NO_PROBE, .error_number = errno, .call = "socket"};
        return -1;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        *error = (struct cnl_error){.failure = CNL_NO_PROBE, .error_number = errno, .call = "bind"};
        close(descriptor);
        return -1;
    }
    return descriptor;
}

bool cnl_reports_bound_inactive(struct cnl_socket *socket, bool *reports, struct cnl_error *error)
{
    int descriptor = bound_socket(error);
    if (descriptor < 0)
        return false;
    struct cnl_tcp_counts counts = {0};
    struct cnl_tcp_request request = {.kind = CNL_REQUEST_IPV4, .states = cnl_state_bit(CST_BOUND_INACTIVE)};
    bool ok = cnl_tcp_dump(socket, &request, &counts, error);
    close(descriptor);
    *reports = cnl_connections(&counts, CST_IPV4, CST_BOUND_INACTIVE) > 0;
    return ok;
}
