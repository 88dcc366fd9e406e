// SPDX-License-Identifier: Apache-2.0
//
// What CSocketWalk counts. Nothing else here uses its interface.

#ifndef COMPARISON_WALK_H
#define COMPARISON_WALK_H

#include "counts.h"

#include <sys/types.h>

struct csw_walker;

/// A form of the BPF program, and the first version of Linux that loads it.
struct walk_form {
    const char *name;
    int index;
    unsigned major;
    unsigned minor;
};

enum { WALK_FORMS = 2 };
extern const struct walk_form walk_forms[WALK_FORMS];

/// Loads a form. Returns null and writes the reason when it fails.
struct csw_walker *walk_open(const struct walk_form *form, char *reason, size_t size);
void walk_close(struct csw_walker *walker);

struct walk_options {
    bool by_namespace;
    bool with_queues;
};

/// Scans all tables. The counts stay with the walker until the next scan. A scan that could not count all chains is
/// repeated a few times, as by the exporter. Adds a fault and returns false when that does not help or a call fails.
bool walk_scan(struct csw_walker *walker, struct walk_options options, struct check *check);

/// How a scan of UDP sockets ended.
enum walk_udp_outcome { WALK_UDP_DONE, WALK_UDP_REFUSED, WALK_UDP_FAILED };

/// Scans the tables of UDP sockets, as `walk_scan` those of TCP.
enum walk_udp_outcome walk_udp(struct csw_walker *walker, bool by_namespace, struct check *check);

/// What the last scan of UDP sockets counted in the thread's namespace, and the sockets alone in another one: all 0
/// where it did not find that.
void walk_udp_own_counts(const struct csw_walker *walker, struct udp_counts *counts);
void walk_udp_namespace_sockets(const struct csw_walker *walker, ino_t inode, struct udp_counts *counts);

/// What the last scan counted in the thread's namespace. Queues and timers are 0 unless it read them.
void walk_own_counts(const struct csw_walker *walker, struct counts *counts);

/// Of that, only the sockets, which takes less time.
void walk_own_sockets(const struct csw_walker *walker, struct counts *counts);

/// The sockets and listeners of another namespace, by its inode number. Returns false when the last scan did not find
/// it.
bool walk_namespace_counts(const struct csw_walker *walker, ino_t inode, struct counts *counts);

/// The sockets of all other namespaces that the last scan did not tell apart.
void walk_other_counts(const struct csw_walker *walker, struct counts *counts);

/// How many chains the last scan read again.
uint64_t walk_reread_chains(const struct csw_walker *walker);

#endif
