// SPDX-License-Identifier: Apache-2.0

#include "endpoints.h"

#include <stdlib.h>
#include <string.h>

/// In `in_namespace`: some of the namespace's endpoints were left out.
static const uint32_t INCOMPLETE = UINT32_MAX;

static bool is_same_endpoint(const struct cst_listener *left, const struct cst_listener *right)
{
    return memcmp(left->address, right->address, sizeof left->address) == 0 && left->interface == right->interface &&
           left->namespace_index == right->namespace_index && left->port == right->port &&
           left->family == right->family;
}

static uint64_t hash_of(const struct cst_listener *listener)
{
    uint64_t words[2];
    memcpy(words, listener->address, sizeof words);
    uint64_t rest = (uint64_t)listener->namespace_index << 32 ^ (uint64_t)listener->interface << 17 ^ listener->port;
    uint64_t hash = (words[0] ^ rest) * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ hash >> 29 ^ words[1]) * UINT64_C(0xbf58476d1ce4e5b9);
    return hash ^ hash >> 32;
}

/// Where an endpoint's index stands, or the gap where it belongs.
static uint32_t *place_of(const struct csw_endpoints *endpoints, const struct cst_listener *listener)
{
    size_t place = (size_t)hash_of(listener) & (endpoints->places - 1);
    while (endpoints->index[place] && !is_same_endpoint(&endpoints->records[endpoints->index[place] - 1], listener))
        place = (place + 1) & (endpoints->places - 1);
    return &endpoints->index[place];
}

static bool grow(struct csw_endpoints *endpoints)
{
    enum { FIRST_CAPACITY = 256 };
    size_t capacity = endpoints->capacity ? 2 * endpoints->capacity : FIRST_CAPACITY;
    struct cst_listener *records = reallocarray(endpoints->records, capacity, sizeof *records);
    if (!records)
        return false;
    endpoints->records = records;
    uint32_t *index = calloc(2 * capacity, sizeof *index);
    if (!index)
        return false;
    free(endpoints->index);
    endpoints->index = index;
    endpoints->places = 2 * capacity;
    endpoints->capacity = capacity;
    for (size_t i = 0; i < endpoints->count; i++)
        *place_of(endpoints, &records[i]) = (uint32_t)i + 1;
    return true;
}

bool csw_endpoints_begin(struct csw_endpoints *endpoints)
{
    if (!endpoints->in_namespace)
        endpoints->in_namespace = calloc(WALK_NAMESPACE_SLOTS, sizeof *endpoints->in_namespace);
    if (!endpoints->in_namespace || (!endpoints->capacity && !grow(endpoints)))
        return false;
    memset(endpoints->in_namespace, 0, WALK_NAMESPACE_SLOTS * sizeof *endpoints->in_namespace);
    memset(endpoints->index, 0, endpoints->places * sizeof *endpoints->index);
    endpoints->count = 0;
    endpoints->of_host = 0;
    endpoints->of_tenants = 0;
    return true;
}

/// Whether there is room for another endpoint of a namespace.
static bool has_room(struct csw_endpoints *endpoints, size_t namespace_index, bool is_of_tenant)
{
    uint32_t *in_namespace = &endpoints->in_namespace[namespace_index];
    if (*in_namespace == INCOMPLETE)
        return false;
    if (namespace_index == CST_OWN_NAMESPACE)
        return *in_namespace < CSW_OWN_ENDPOINTS;
    if (is_of_tenant)
        return *in_namespace < CSW_ENDPOINTS_OF_A_TENANT && endpoints->of_tenants < CSW_TENANT_ENDPOINTS;
    return *in_namespace < CSW_ENDPOINTS_OF_A_NAMESPACE && endpoints->of_host < CSW_HOST_ENDPOINTS;
}

static void add_to(struct cst_listener *sum, const struct cst_listener *listener)
{
    sum->backlog += listener->backlog;
    sum->backlog_limit += listener->backlog_limit;
    sum->drops += listener->drops;
    sum->sockets += listener->sockets;
    sum->full_sockets += listener->full_sockets;
    if (listener->fullest_backlog * ((uint64_t)sum->fullest_limit + 1) >
        sum->fullest_backlog * ((uint64_t)listener->fullest_limit + 1)) {
        sum->fullest_backlog = listener->fullest_backlog;
        sum->fullest_limit = listener->fullest_limit;
    }
}

bool csw_endpoints_add(struct csw_endpoints *endpoints, const struct cst_listener *record, bool is_of_tenant)
{
    // A copy, since the record is in memory that the program writes.
    struct cst_listener listener = *record;
    if (listener.namespace_index == CST_OTHER_NAMESPACES || listener.namespace_index >= WALK_NAMESPACE_SLOTS)
        return true;
    uint32_t *place = place_of(endpoints, &listener);
    if (*place) {
        add_to(&endpoints->records[*place - 1], &listener);
        return true;
    }
    if (!has_room(endpoints, listener.namespace_index, is_of_tenant)) {
        endpoints->in_namespace[listener.namespace_index] = INCOMPLETE;
        return true;
    }
    if (endpoints->count == endpoints->capacity) {
        if (!grow(endpoints))
            return false;
        place = place_of(endpoints, &listener);
    }
    endpoints->records[endpoints->count++] = listener;
    *place = (uint32_t)endpoints->count;
    endpoints->in_namespace[listener.namespace_index]++;
    if (listener.namespace_index != CST_OWN_NAMESPACE)
        *(is_of_tenant ? &endpoints->of_tenants : &endpoints->of_host) += 1;
    return true;
}

bool csw_endpoints_are_incomplete(const struct csw_endpoints *endpoints, size_t namespace_index)
{
    return namespace_index < WALK_NAMESPACE_SLOTS && endpoints->in_namespace[namespace_index] == INCOMPLETE;
}

void csw_endpoints_free(struct csw_endpoints *endpoints)
{
    free(endpoints->records);
    free(endpoints->index);
    free(endpoints->in_namespace);
}
