// SPDX-License-Identifier: Apache-2.0
//
// Checks the counts of sockets that do not change.

#ifndef COMPARISON_FROZEN_H
#define COMPARISON_FROZEN_H

#include "place.h"
#include "walk.h"

/// Checks that dumps of a population, which is in the thread's namespace, match what was ordered: a file with the lines
/// `STATE IPV4 IPV6`.
void check_dumps(const struct place *population, const char *ordered);

/// Checks that a population has some of everything that is compared.
void check_variety(const struct place *population);

/// Checks everything that a scan counts in the thread's namespace.
void check_own(const char *form, struct csw_walker *walker, const struct place *own);

/// Checks the counts of two other namespaces, which must be the only others with sockets.
void check_others(const char *form, struct csw_walker *walker, const struct place places[2]);

#endif
