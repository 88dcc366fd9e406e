// SPDX-License-Identifier: Apache-2.0
//
// What a source counts in one network namespace, in one form for both sources.

#ifndef COMPARISON_COUNTS_H
#define COMPARISON_COUNTS_H

#include "check.h"

#include <stddef.h>
#include <stdint.h>

enum { IPV4 = 0, IPV6 = 1, FAMILIES = 2 };

/// The kernel's numbers: LISTEN is 10, NEW_SYN_RECV (12) is counted as SYN_RECV (3).
enum { ESTABLISHED = 1, SYN_RECV = 3, LISTEN = 10, NEW_SYN_RECV = 12, STATES = 13 };

enum { TIMERS = 5 };

/// Sockets are counted by the remainder of their local port.
enum { PORTS = 1 << 16, PORT_SLOTS = 1 << 12 };

enum { MAX_ENDPOINTS = 64 };

/// Sums over the sockets that listen on one address and port.
struct endpoint {
    uint8_t address[16];
    uint16_t family;
    uint16_t port;
    uint32_t sockets;
    uint64_t backlog;
    uint64_t backlog_limit;
    uint64_t drops;
};

struct counts {
    uint64_t sockets[FAMILIES][STATES];
    uint64_t receive_queue_bytes[FAMILIES];
    uint64_t send_queue_bytes[FAMILIES];
    uint64_t timers[TIMERS];
    /// Without listeners.
    uint64_t port_sockets[PORT_SLOTS][STATES];
    /// The most sockets that go to one destination, and how many local ports there are, both without listeners.
    uint64_t busiest_destination;
    uint64_t used_ports;
    /// Ordered by family, port and address.
    size_t endpoints;
    struct endpoint endpoint[MAX_ENDPOINTS];
};

enum { MAX_UDP_PORTS = 64 };

/// What is counted of UDP sockets.
struct udp_counts {
    uint64_t sockets[FAMILIES][STATES];
    uint64_t receive_queue_bytes[FAMILIES];
    uint64_t send_queue_bytes[FAMILIES];
    /// Ordered by port and family.
    size_t ports;
    struct udp_port {
        uint64_t drops;
        uint32_t port;
        uint32_t family;
    } port[MAX_UDP_PORTS];
};

/// Adds the drops of a socket to those of its port.
void udp_counts_add(struct udp_counts *counts, unsigned family, uint16_t port, uint64_t drops);

/// For each port its counter in `port_sockets`.
const uint16_t *port_slots(void);

/// The set of all ports, whose destinations are counted.
const uint8_t *all_ports(void);

/// Adds listening sockets to the sums of their endpoint.
void counts_add_listeners(struct counts *counts, struct endpoint listeners);

uint64_t counts_total(const struct counts *counts);

/// Adds a fault to a check for each number of sockets, of the families from `first` on, that differs.
void compare_states(struct check *check, const struct counts *expected, const struct counts *seen, unsigned first);
/// The same for queues, timers, sockets by port and by destination, and listeners.
void compare_queues(struct check *check, const struct counts *expected, const struct counts *seen);
void compare_timers(struct check *check, const struct counts *expected, const struct counts *seen);
void compare_ports(struct check *check, const struct counts *expected, const struct counts *seen);
void compare_destinations(struct check *check, const struct counts *expected, const struct counts *seen);
void compare_endpoints(struct check *check, const struct counts *expected, const struct counts *seen);

/// The number of a state, by its name in metrics; 0 if there is none of that name.
unsigned state_number(const char *name);

#endif
