// SPDX-License-Identifier: Apache-2.0
//
// The local ports of the own namespace that have a UDP socket.

#ifndef CSOCKETWALK_UDP_PORTS_H
#define CSOCKETWALK_UDP_PORTS_H

#include "CSocketWalk.h"

#include "bpf/socket_walk.h"

/// The most that are listed: every port in both families.
enum { CSW_UDP_PORTS = CST_FAMILIES * CST_PORTS };

struct csw_udp_ports {
    /// Grows with the largest number seen.
    struct csw_udp_port *records;
    size_t count;
    size_t capacity;
    /// Some were left out.
    bool is_incomplete;
};

/// Removes all.
void csw_udp_ports_begin(struct csw_udp_ports *ports);

/// Adds a record of a run. Returns false without memory.
bool csw_udp_ports_add(struct csw_udp_ports *ports, const struct walk_udp_port *record);

void csw_udp_ports_free(struct csw_udp_ports *ports);

#endif
