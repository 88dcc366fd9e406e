// SPDX-License-Identifier: Apache-2.0

#include "fold.h"

#include <stdlib.h>
#include <sys/random.h>

struct cnl_destinations *cnl_destinations_new(void)
{
    struct cnl_destinations *destinations = calloc(1, sizeof *destinations);
    if (!destinations)
        return NULL;
    if (getrandom(&destinations->keys, sizeof destinations->keys, 0) != sizeof destinations->keys) {
        free(destinations);
        return NULL;
    }
    return destinations;
}

void cnl_destinations_free(struct cnl_destinations *destinations)
{
    free(destinations);
}

void cnl_destinations_begin(struct cnl_destinations *destinations, const uint8_t *ports)
{
    // Memory that was never used stays so.
    if (destinations->busiest > 0) {
        memset(&destinations->counts, 0, sizeof destinations->counts);
        memset(destinations->used_ports, 0, sizeof destinations->used_ports);
    }
    destinations->busiest = 0;
    memcpy(destinations->ports, ports, sizeof destinations->ports);
}

void cnl_destinations_count(struct cnl_destinations *destinations, uint16_t port, uint64_t hash)
{
    if (!(destinations->ports[port / 8] & 1 << port % 8))
        return;
    destinations->used_ports[port / 8] |= (uint8_t)(1 << port % 8);
    uint32_t sockets = cst_add_to_destination(&destinations->counts, cst_destination_places(hash), 1);
    if (destinations->busiest < sockets)
        destinations->busiest = sockets;
}

uint64_t cnl_busiest_destination(const struct cnl_destinations *destinations)
{
    return destinations->busiest;
}

size_t cnl_used_ports(const struct cnl_destinations *destinations)
{
    size_t ports = 0;
    for (size_t i = 0; i < sizeof destinations->used_ports; i++)
        ports += (size_t)__builtin_popcount(destinations->used_ports[i]);
    return ports;
}

bool cnl_is_used_port(const struct cnl_destinations *destinations, uint16_t port)
{
    return destinations->used_ports[port / 8] & 1 << port % 8;
}
