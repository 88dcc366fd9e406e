// SPDX-License-Identifier: Apache-2.0
//
// Checks counts of sockets that stay as they are.

#ifndef COMPARISON_FROZEN_H
#define COMPARISON_FROZEN_H

#include "place.h"
#include "walk.h"

/// Checks that dumps tell of a population what was ordered: a file with the lines `STATE IPV4 IPV6`. The thread is in
/// the namespace.
void check_dumps(const struct place *population, const char *ordered);

/// Checks that a population has what the walks are to be compared in.
void check_variety(const struct place *population);

/// Checks in the thread's namespace all that a scan counts.
void check_own(const char *form, struct csw_walker *walker, const struct place *own);

/// Checks the counts of two namespaces that are not the thread's, and are the only others with sockets.
void check_others(const char *form, struct csw_walker *walker, const struct place places[2]);

#endif
