// SPDX-License-Identifier: Apache-2.0

#ifndef CNETLINK_FOLD_H
#define CNETLINK_FOLD_H

#include "CNetlink.h"

/// Adds the socket that one message describes: a `struct inet_diag_msg` and its attributes, `size` bytes.
/// Returns false when a length in it is wrong.
bool cnl_fold_socket(struct cnl_tcp_counts *counts, const uint8_t *payload, size_t size);

#endif
