// SPDX-License-Identifier: Apache-2.0
//
// What the parts that a tenant plays have in common. A function that fails prints the reason and exits.

#ifndef TENANTS_PLAY_H
#define TENANTS_PLAY_H

#include <stdbool.h>
#include <sys/socket.h>

/// Prints what failed and the reason by errno, and exits.
_Noreturn void fail(const char *what);

/// The unspecified address with a port.
struct sockaddr_storage address_of(int family, int port, socklen_t *size);

/// Whether the standard input has ended.
bool has_ended(void);
void wait_for_end(void);

void say_ready(void);

/// Opens so many sockets, on one port after the other, in children that end with this process.
void hold(void (*open_one)(int family, int port), int family, int count, int ports, const int *port);

/// Holds so many sockets on each of some ports, until the end.
void hold_many(void (*open_one)(int family, int port), int family, int count, int ports, char **names);

/// Opens and closes a socket on each port, as fast as it can, until the end.
void toggle(int (*open_one)(int family, int port), int family, int count, char **ports);

#endif
