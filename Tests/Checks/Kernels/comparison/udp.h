// SPDX-License-Identifier: Apache-2.0
//
// UDP sockets: what the walk counts, and what /proc/net/udp says.

#ifndef COMPARISON_UDP_H
#define COMPARISON_UDP_H

#include "place.h"
#include "walk.h"

/// Creates in the thread's namespace sockets of both families, connected and not, with queues, drops and a shared port.
/// They last as long as the process.
void add_udp_sockets(void);

/// Checks that a walk from a namespace counts its sockets, and one from `home` those of both namespaces. Where the
/// kernel is too old, that the walk refuses.
void check_udp(const char *form, struct csw_walker *walker, const struct place *home, const struct place *population,
               bool is_due);

#endif
