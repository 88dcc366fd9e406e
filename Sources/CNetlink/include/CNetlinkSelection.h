// SPDX-License-Identifier: Apache-2.0
//
// Which sockets are counted, and with which counters: the same for each protocol with ports.

#ifndef CNETLINK_SELECTION_H
#define CNETLINK_SELECTION_H

#include "CSocketTypes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Sockets by local port and state.
struct cnl_ports;

/// Creates counters that are all 0, with counter 0 for all ports; freed with `cnl_ports_free`. Returns null without
/// memory.
struct cnl_ports *_Nullable cnl_ports_new(void);
void cnl_ports_free(struct cnl_ports *ports);

/// Sets all counters to 0, and assigns a counter below `CST_PORT_SLOTS` to each port.
void cnl_ports_begin(struct cnl_ports *__noescape ports, const uint16_t *__noescape __counted_by(CST_PORTS) slots);

/// Sockets of the ports with a counter in a state (below `CST_STATES`), without those that are only bound; 0 for any
/// other index.
uint64_t cnl_port_sockets(const struct cnl_ports *__noescape ports, unsigned slot, unsigned state);

/// Where the sockets go whose local port is one of a set.
struct cnl_destinations;

/// Creates counters that are all 0, for no port; freed with `cnl_destinations_free`. Returns null, with errno set,
/// without memory or random numbers.
struct cnl_destinations *_Nullable cnl_destinations_new(void);
void cnl_destinations_free(struct cnl_destinations *destinations);

/// Sets all counters to 0, and the set of ports.
void cnl_destinations_begin(struct cnl_destinations *__noescape destinations,
                            const uint8_t *__noescape __counted_by(CST_PORT_SET_SIZE) ports);

/// The most sockets that go from one local address to one remote address and port; or more than that, where
/// destinations share counters. 0 where there is none.
uint64_t cnl_busiest_destination(const struct cnl_destinations *__noescape destinations);

/// How many of the ports have a socket that neither listens nor is only bound, and whether a port is among those.
size_t cnl_used_ports(const struct cnl_destinations *__noescape destinations);
bool cnl_is_used_port(const struct cnl_destinations *__noescape destinations, uint16_t port);

/// Which sockets are counted: those with one of some inode numbers, and those with one of some local ports.
struct cnl_filter;

/// Creates a filter that selects the sockets with these inode numbers; 0 selects none. Freed with `cnl_filter_free`.
/// Returns null without memory.
struct cnl_filter *_Nullable cnl_filter_new(const uint32_t *_Nullable __noescape __counted_by(count) inodes,
                                            size_t count);
void cnl_filter_free(struct cnl_filter *filter);

/// Selects the sockets with this local port too, also those that belong to no process.
void cnl_filter_add_port(struct cnl_filter *__noescape filter, uint16_t port);

#pragma clang assume_nonnull end

#endif
