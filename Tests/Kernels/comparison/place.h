// SPDX-License-Identifier: Apache-2.0
//
// Network namespaces with sockets to count. A function that fails ends the process with a sentence.

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

/// Opens a namespace by its path (`/proc/PID/ns/net`), and takes the thread into it.
struct place place_open(const char *path);

/// Takes the thread into the namespace.
void place_enter(const struct place *place);

/// Makes in the thread's namespace, for as long as the process lasts, what the population has not, in each family:
/// a listener with a full queue, which drops connections, and two listeners that share a port.
void add_listeners(void);

/// Ends the process: says which call failed, and why by errno.
_Noreturn void fail(const char *call);

/// The same when a condition does not hold.
void require(bool condition, const char *call);

#endif
