// SPDX-License-Identifier: Apache-2.0
//
// What several C targets share: annotations of pointers, and the indices, limits and records that counts are kept in.

#ifndef CSOCKETTYPES_H
#define CSOCKETTYPES_H

#include "CSocketAnnotations.h"
#include "CSocketBuckets.h"
#include "CSocketConnections.h"
#include "CSocketCounts.h"
#include "CSocketDestinations.h"

#endif
