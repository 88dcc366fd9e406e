// SPDX-License-Identifier: Apache-2.0
//
// Network namespaces with sockets to count. A function that fails prints the reason and exits.

#ifndef COMPARISON_PLACE_H
#define COMPARISON_PLACE_H

#include "netlink.h"

#include <stdbool.h>
#include <sys/types.h>

/// A network namespace, and a netlink socket in it.
struct place {
    int descriptor;
    ino_t inode;
    struct cnl_socket *socket;
    /// Its connections are not in the table that namespaces share.
    bool has_own_table;
};

/// Opens a namespace by its path (`/proc/PID/ns/net`) and moves the thread into it.
struct place place_open(const char *path);

/// Moves the thread into the namespace.
void place_enter(const struct place *place);

/// Creates in the thread's namespace what the population lacks: for each family a listener whose queue is full, so that
/// it drops connections, and two listeners that share a port. They last as long as the process.
void add_listeners(void);

/// Prints which call failed and the reason by errno, and exits.
_Noreturn void fail(const char *call);

/// Does the same unless a condition holds.
void require(bool condition, const char *call);

#endif
