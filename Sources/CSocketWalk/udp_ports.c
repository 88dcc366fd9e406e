// SPDX-License-Identifier: Apache-2.0

#include "udp_ports.h"

#include <stdlib.h>

void csw_udp_ports_begin(struct csw_udp_ports *ports)
{
    ports->count = 0;
    ports->is_incomplete = false;
}

static bool grow(struct csw_udp_ports *ports)
{
    enum { FIRST_CAPACITY = 64 };
    size_t capacity = ports->capacity ? 2 * ports->capacity : FIRST_CAPACITY;
    struct csw_udp_port *records = realloc(ports->records, capacity * sizeof *records);
    if (!records)
        return false;
    ports->records = records;
    ports->capacity = capacity;
    return true;
}

bool csw_udp_ports_add(struct csw_udp_ports *ports, const struct walk_udp_port *record)
{
    if (ports->count == CSW_UDP_PORTS) {
        ports->is_incomplete = true;
        return true;
    }
    if (ports->count == ports->capacity && !grow(ports))
        return false;
    ports->records[ports->count++] =
        (struct csw_udp_port){.drops = record->drops, .port = record->port, .family = record->family};
    return true;
}

void csw_udp_ports_free(struct csw_udp_ports *ports)
{
    free(ports->records);
}
