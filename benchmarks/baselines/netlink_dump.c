// SPDX-License-Identifier: Apache-2.0
//
// The baseline for the netlink source: one sock_diag dump of all TCP sockets over a bare socket, states counted,
// nothing checked. With the argument `none` it asks for no state at all: what is left is the kernel's own walk. With
// `info` it asks for INET_DIAG_INFO, and does not read it. Prints the number of sockets, those in ESTABLISHED, and the
// time in seconds.

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static uint64_t counts[256];

static int dump(int descriptor, uint32_t states, uint8_t extensions)
{
    static _Alignas(16) char buffer[32768];
    struct {
        struct nlmsghdr header;
        struct inet_diag_req request;
    } question = {
        .header = {.nlmsg_len = sizeof question,
                   .nlmsg_type = TCPDIAG_GETSOCK,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .request = {.idiag_family = AF_INET, .idiag_states = states, .idiag_ext = extensions},
    };
    if (send(descriptor, &question, sizeof question, 0) < 0)
        return -1;
    for (;;) {
        ssize_t received = recv(descriptor, buffer, sizeof buffer, 0);
        if (received < 0)
            return -1;
        int size = (int)received;
        for (struct nlmsghdr *header = (struct nlmsghdr *)buffer; NLMSG_OK(header, size);
             header = NLMSG_NEXT(header, size)) {
            if (header->nlmsg_type == NLMSG_DONE)
                return 0;
            if (header->nlmsg_type == NLMSG_ERROR)
                return -1;
            counts[((struct inet_diag_msg *)NLMSG_DATA(header))->idiag_state]++;
        }
    }
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";
    uint32_t states = strcmp(what, "none") == 0 ? 1U << 31 : 0xffe;
    uint8_t extensions = strcmp(what, "info") == 0 ? 1 << (INET_DIAG_INFO - 1) : 0;
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (descriptor < 0 || dump(descriptor, states, extensions) != 0) {
        perror("netlink_dump");
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    uint64_t total = 0;
    for (unsigned state = 0; state < 256; state++)
        total += counts[state];
    printf("%llu %llu %.6f\n", (unsigned long long)total, (unsigned long long)counts[1],
           (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
    close(descriptor);
    return 0;
}
