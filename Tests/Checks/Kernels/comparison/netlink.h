// SPDX-License-Identifier: Apache-2.0
//
// What CNetlink counts. A function that fails prints the reason and exits.

#ifndef COMPARISON_NETLINK_H
#define COMPARISON_NETLINK_H

#include "counts.h"

struct cnl_socket;

/// Opens a socket in the network namespace of a descriptor, or in the thread's if that is -1.
struct cnl_socket *netlink_open(int namespace);
void netlink_close(struct cnl_socket *socket);

/// Whether one dump asks for both families, or one for each.
enum netlink_way { TOGETHER, ONE_BY_ONE };

/// Counts the sockets of its namespace.
void netlink_dump(struct cnl_socket *socket, enum netlink_way way, struct counts *counts);

#endif
