// SPDX-License-Identifier: Apache-2.0
//
// Scans once with a form of the BPF walk, in which so many reads of each chain are taken for changed ones, and prints
// what it counted, one line for each count, and how it went: of TCP, and of UDP sockets that it opens. Needs root.
//
//   counts FORM CHANGED_READS

#include "objects.h"
#include "walker.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void print_counts(const struct csw_walker *walker)
{
    for (unsigned family = 0; family < CST_FAMILIES; family++)
        for (unsigned state = 0; state < CST_STATES; state++)
            printf("family %u state %u: %" PRIu64 "\n", family, state,
                   csw_sockets(walker, CST_OWN_NAMESPACE, family, state));
    for (unsigned slot = 0; slot < 2; slot++)
        for (unsigned state = 0; state < CST_STATES; state++)
            printf("port slot %u state %u: %" PRIu64 "\n", slot, state, csw_port_sockets(walker, slot, state));
    for (unsigned family = 0; family < CST_FAMILIES; family++)
        printf("family %u: %" PRIu64 " and %" PRIu64 " bytes\n", family, csw_receive_queue_bytes(walker, family),
               csw_send_queue_bytes(walker, family));
    for (unsigned timer = 0; timer < CST_TIMERS; timer++)
        printf("timer %u: %" PRIu64 "\n", timer, csw_timer_sockets(walker, timer));
    uint64_t backlog = 0;
    for (size_t i = 0; i < csw_listeners(walker); i++)
        backlog += csw_listener(walker, i).backlog;
    printf("%zu listeners: %" PRIu64 " in backlogs\n", csw_listeners(walker), backlog);
}

static void open_udp_sockets(void)
{
    enum { SOCKETS = 400, PORTS = 4, FIRST_PORT = 10000 };
    static const int on = 1;
    for (int i = 0; i < SOCKETS; i++) {
        struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)(FIRST_PORT + i % PORTS))};
        int descriptor = socket(AF_INET6, SOCK_DGRAM, 0);
        if (descriptor < 0 || setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
            bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
            perror("counts: a UDP socket");
            exit(EXIT_FAILURE);
        }
    }
}

static void print_udp_counts(const struct csw_walker *walker)
{
    for (unsigned family = 0; family < CST_FAMILIES; family++)
        for (unsigned state = 0; state < CST_STATES; state++)
            printf("udp family %u state %u: %" PRIu64 "\n", family, state,
                   csw_sockets(walker, CST_OWN_NAMESPACE, family, state));
    printf("udp ports: %zu\n", csw_udp_ports(walker));
}

int main(int count, char **arguments)
{
    static uint16_t port_slots[CST_PORTS];
    for (unsigned port = 0; port < CST_PORTS; port++)
        port_slots[port] = port % 2;
    struct cbl_error load_error;
    int form = count > 1 ? atoi(arguments[1]) : 0;
    uint32_t changed_reads = count > 2 ? (uint32_t)atoi(arguments[2]) : 0;
    struct csw_walker *walker = csw_open_form(form, form + 1, CSW_QUEUES, changed_reads, &load_error);
    if (!walker) {
        fprintf(stderr, "counts: loading failed: %d, errno %d\n", load_error.failure, load_error.error_number);
        return 1;
    }
    struct csw_error error;
    if (!csw_begin(walker, (struct csw_options){.folds = CSW_QUEUES}, &error) || !csw_walk_listeners(walker, &error) ||
        !csw_walk_connections(walker, port_slots, &error)) {
        fprintf(stderr, "counts: failed: %d, errno %d\n", error.failure, error.error_number);
        return 1;
    }
    print_counts(walker);
    struct csw_summary summary = csw_summary(walker);
    open_udp_sockets();
    if (!csw_begin(walker, (struct csw_options){.protocol = CSW_UDP}, &error) ||
        (!csw_walk_udp(walker, &error) && error.failure != CSW_UNSUPPORTED)) {
        fprintf(stderr, "counts: failed with UDP: %d, errno %d\n", error.failure, error.error_number);
        return 1;
    }
    print_udp_counts(walker);
    struct csw_summary udp_summary = csw_summary(walker);
    printf("summary %" PRIu64 " read again, %" PRIu64 " given up\n", summary.reread_chains + udp_summary.reread_chains,
           summary.changed_chains + summary.lost_listener_chains + udp_summary.changed_chains);
    csw_close(walker);
    return 0;
}
