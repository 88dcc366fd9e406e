// SPDX-License-Identifier: Apache-2.0
//
// What CNetlink counts. A function that fails ends the process with a sentence.

#ifndef COMPARISON_NETLINK_H
#define COMPARISON_NETLINK_H

#include "counts.h"

struct cnl_socket;

/// Opens a socket in the network namespace of a descriptor, or in that of the thread where it is -1.
struct cnl_socket *netlink_open(int namespace);
void netlink_close(struct cnl_socket *socket);

/// How a dump asks for the two families.
enum netlink_way { TOGETHER, ONE_BY_ONE };

/// Dumps the sockets of the namespace.
void netlink_dump(struct cnl_socket *socket, enum netlink_way way, struct counts *counts);

#endif
