// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Which folds a scan has beside the counts of states and ports. What is not loaded is not in the program: its constants
// are known when the verifier looks at it, and what they switch off is cut out.

#ifndef CSOCKETWALK_FOLDS_H
#define CSOCKETWALK_FOLDS_H

#include "reading.h"
#include "socket_walk.h"

/// Those of this scan.
static __u64 folds;

static __always_inline int has_fold(__u32 fold)
{
    return (setup.folds & fold) && (folds & fold);
}

#endif
