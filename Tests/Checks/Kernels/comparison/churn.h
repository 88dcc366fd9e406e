// SPDX-License-Identifier: Apache-2.0
//
// Checks a walk while connections come and go.

#ifndef COMPARISON_CHURN_H
#define COMPARISON_CHURN_H

#include "place.h"
#include "walk.h"

/// Opens and ends IPv4 connections in the thread's namespace, and checks meanwhile that each scan counts exactly its
/// IPv6 sockets, which do not change, and a total between those of the dumps before and after.
void check_under_churn(const char *form, struct csw_walker *walker, const struct place *place);

#endif
