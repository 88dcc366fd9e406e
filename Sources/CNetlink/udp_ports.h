// SPDX-License-Identifier: Apache-2.0

#ifndef CNETLINK_UDP_PORTS_H
#define CNETLINK_UDP_PORTS_H

#include "CNetlinkUDP.h"

enum { CNL_PORTS_IN_WORD = 64 };

/// A place for each port, so that whoever chooses the ports cannot make one slow to find. In memory of its own, of
/// which the system gives the pages that are written.
struct cnl_udp_ports {
    size_t count;
    uint64_t bound[CST_FAMILIES][CST_PORTS / CNL_PORTS_IN_WORD];
    uint64_t drops[CST_FAMILIES][CST_PORTS];
};

/// Notes a socket, of a family below `CST_FAMILIES`.
static inline void cnl_udp_ports_add(struct cnl_udp_ports *ports, unsigned family, uint16_t port, uint32_t drops)
{
    uint64_t *word = &ports->bound[family][port / CNL_PORTS_IN_WORD];
    uint64_t bit = UINT64_C(1) << port % CNL_PORTS_IN_WORD;
    ports->count += (*word & bit) == 0;
    *word |= bit;
    // Most have none, and take no page then.
    if (drops > 0)
        ports->drops[family][port] += drops;
}

#endif
