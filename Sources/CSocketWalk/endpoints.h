// SPDX-License-Identifier: Apache-2.0
//
// The endpoints that have a listener, of all namespaces, in memory that has a limit.

#ifndef CSOCKETWALK_ENDPOINTS_H
#define CSOCKETWALK_ENDPOINTS_H

#include "CSocketWalk.h"

#include "bpf/socket_walk.h"

/// The most endpoints that are listed: of the own namespace; of each other one that belongs to the own user namespace,
/// and of all of these together; of each that belongs to another one, which any user can make, and of all of these
/// together.
enum {
    CSW_OWN_ENDPOINTS = 1 << 16,
    CSW_ENDPOINTS_OF_A_NAMESPACE = 1 << 13,
    CSW_HOST_ENDPOINTS = 1 << 16,
    CSW_ENDPOINTS_OF_A_TENANT = 1 << 10,
    CSW_TENANT_ENDPOINTS = 1 << 13,
};

struct csw_endpoints {
    /// Grows with the largest number seen.
    struct cst_listener *records;
    size_t count;
    size_t capacity;
    /// Indices of records by a hash of them, plus one; 0 is a gap. A power of 2, and never more than half full.
    uint32_t *index;
    size_t places;
    /// Of the namespaces that are told apart.
    uint32_t *in_namespace;
    size_t of_host;
    size_t of_tenants;
};

/// Removes all. Returns false without memory.
bool csw_endpoints_begin(struct csw_endpoints *endpoints);

/// Adds a record of a run; one beyond a limit only marks its namespace in `in_namespace`. Returns false without memory.
bool csw_endpoints_add(struct csw_endpoints *endpoints, const struct cst_listener *record, bool is_of_tenant);

/// Whether some of a namespace's endpoints were left out.
bool csw_endpoints_are_incomplete(const struct csw_endpoints *endpoints, size_t namespace_index);

void csw_endpoints_free(struct csw_endpoints *endpoints);

#endif
