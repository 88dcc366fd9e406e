// SPDX-License-Identifier: Apache-2.0
//
// Checks a walk while connections come and go.

#ifndef COMPARISON_CHURN_H
#define COMPARISON_CHURN_H

#include "place.h"
#include "walk.h"

/// Checks in the thread's namespace, where IPv6 sockets stay as they are, that each scan counts exactly those, and in
/// total no fewer and no more than the dumps before and after it, while IPv4 connections are opened and ended.
void check_under_churn(const char *form, struct csw_walker *walker, const struct place *place);

#endif
