// SPDX-License-Identifier: Apache-2.0
//
// What the loader does for the folds of a scan.

#ifndef CSOCKETWALK_FOLDS_H
#define CSOCKETWALK_FOLDS_H

#include "walker.h"

/// Clears the counts of cgroups.
void csw_folds_begin(struct csw_walker *walker);

/// Clears the counts by port of the scan before.
void csw_folds_begin_ports(struct csw_walker *walker, const uint16_t port_slots[CST_PORTS]);

/// Finds out how many ticks of the kernel's clock are a second, unless it is known. To be called when a scan has begun.
void csw_find_ticks(struct csw_walker *walker);

#endif
