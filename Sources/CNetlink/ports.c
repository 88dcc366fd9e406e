// SPDX-License-Identifier: Apache-2.0

#include "fold.h"

#include <stdlib.h>

struct cnl_ports *cnl_ports_new(void)
{
    return calloc(1, sizeof(struct cnl_ports));
}

void cnl_ports_free(struct cnl_ports *ports)
{
    free(ports);
}

void cnl_ports_begin(struct cnl_ports *ports, const uint16_t *slots)
{
    memset(ports->sockets, 0, sizeof ports->sockets);
    memcpy(ports->slots, slots, sizeof ports->slots);
}

uint64_t cnl_port_sockets(const struct cnl_ports *ports, unsigned slot, unsigned state)
{
    return slot < CST_PORT_SLOTS && state < CST_STATES ? ports->sockets[slot][state] : 0;
}
