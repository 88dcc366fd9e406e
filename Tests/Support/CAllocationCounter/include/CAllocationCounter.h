// SPDX-License-Identifier: Apache-2.0

/// Counts what a thread allocates, by standing before the C library's malloc in whatever this is linked into.
#ifndef C_ALLOCATION_COUNTER_H
#define C_ALLOCATION_COUNTER_H

#include <stdint.h>

/// The allocations of the calling thread since it began; 0 where a sanitizer has malloc for itself.
uint64_t cac_allocations(void);

#endif
