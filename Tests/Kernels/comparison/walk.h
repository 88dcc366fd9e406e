// SPDX-License-Identifier: Apache-2.0
//
// What CSocketWalk counts, with one form of its program.

#ifndef COMPARISON_WALK_H
#define COMPARISON_WALK_H

#include "counts.h"

#include <sys/types.h>

struct csw_walker;

/// A form of the BPF program and the first Linux that takes it.
struct walk_form {
    const char *name;
    int index;
    unsigned major;
    unsigned minor;
};

enum { WALK_FORMS = 2 };
extern const struct walk_form walk_forms[WALK_FORMS];

/// Loads a form. Returns null when it fails, with the reason written to `reason`.
struct csw_walker *walk_open(const struct walk_form *form, char *reason, size_t size);
void walk_close(struct csw_walker *walker);

struct walk_options {
    bool by_namespace;
    bool with_queues;
};

/// Scans all tables. The counts stay with the walker until the next scan. Like the exporter it repeats a scan that
/// could not count all chains, a few times. Returns false with a fault added when a scan fails or none is complete.
bool walk_scan(struct csw_walker *walker, struct walk_options options, struct check *check);

/// What the last scan counted in the thread's namespace; with queues and timers when it was asked for them.
void walk_own_counts(const struct csw_walker *walker, struct counts *counts);

/// The sockets by state of the namespace with an inode number. Returns false when the last scan did not find it.
bool walk_namespace_counts(const struct csw_walker *walker, ino_t inode, struct counts *counts);

/// The sockets by state of all other namespaces that the last scan did not tell apart.
void walk_other_counts(const struct csw_walker *walker, struct counts *counts);

/// How many chains the last scan read again.
uint64_t walk_reread_chains(const struct csw_walker *walker);

#endif
