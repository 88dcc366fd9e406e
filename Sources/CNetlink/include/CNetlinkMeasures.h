// SPDX-License-Identifier: Apache-2.0
//
// How connections are doing, by the counters of their local ports: what the kernel tells in INET_DIAG_INFO.

#ifndef CNETLINK_MEASURES_H
#define CNETLINK_MEASURES_H

#include "CSocketTypes.h"

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// MARK: Latency

/// Round trips, congestion windows and what waits for an answer.
struct cnl_latency;

/// Creates counts that are all 0; freed with `cnl_latency_free`. Returns null without memory.
struct cnl_latency *_Nullable cnl_latency_new(void);
void cnl_latency_free(struct cnl_latency *latency);

/// Sets all counts to 0.
void cnl_latency_begin(struct cnl_latency *__noescape latency);

/// The connections of a counter (below `CST_PORT_SLOTS`); none for any other index.
struct cst_latency cnl_latency_of(const struct cnl_latency *__noescape latency, unsigned slot);

/// Whether the kernel told the window of each peer, which it does since Linux 5.4.
bool cnl_latency_has_peer_windows(const struct cnl_latency *__noescape latency);

// MARK: Idleness

/// How long connections have been idle.
struct cnl_idleness;

/// Creates counts that are all 0; freed with `cnl_idleness_free`. Returns null without memory.
struct cnl_idleness *_Nullable cnl_idleness_new(void);
void cnl_idleness_free(struct cnl_idleness *idleness);

/// Sets all counts to 0.
void cnl_idleness_begin(struct cnl_idleness *__noescape idleness);

/// The connections of a counter (below `CST_PORT_SLOTS`) in `CST_ESTABLISHED` or `CST_CLOSE_WAIT`; none for any other
/// index or state.
struct cst_idleness cnl_idleness_of(const struct cnl_idleness *__noescape idleness, unsigned slot, unsigned state);

#pragma clang assume_nonnull end

#endif
