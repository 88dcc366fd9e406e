// SPDX-License-Identifier: Apache-2.0

#include "cgroups.h"

#include <stdlib.h>
#include <sys/random.h>

_Static_assert(CNL_CGROUP_PLACES >= 2 * CST_CGROUP_SLOTS, "a search meets a gap soon");

// The slot of a cgroup, which gets one where it has none and there is one left.
static unsigned find_slot(const struct cnl_cgroups *cgroups, struct cnl_cgroup_counts *counts, uint64_t number)
{
    size_t place = (size_t)(number * cgroups->key >> (64 - CNL_CGROUP_PLACE_BITS));
    for (; counts->places[place] != 0; place = (place + 1) & (CNL_CGROUP_PLACES - 1))
        if (counts->numbers[counts->places[place]] == number)
            return counts->places[place];
    if (counts->slots == CST_CGROUP_SLOTS)
        return CST_OTHER_CGROUPS;
    counts->places[place] = counts->slots;
    counts->numbers[counts->slots] = number;
    return counts->slots++;
}

struct cnl_cgroups *cnl_cgroups_new(const uint64_t *preferred, size_t count)
{
    struct cnl_cgroups *cgroups = calloc(1, sizeof *cgroups);
    if (!cgroups)
        return NULL;
    if (getrandom(&cgroups->key, sizeof cgroups->key, 0) != sizeof cgroups->key) {
        free(cgroups);
        return NULL;
    }
    cgroups->key |= 1;
    cgroups->kept.slots = CST_FIRST_CGROUP;
    for (size_t i = 0; i < count; i++)
        if (preferred[i] != 0)
            find_slot(cgroups, &cgroups->kept, preferred[i]);
    cgroups->counted = cgroups->kept;
    return cgroups;
}

void cnl_cgroups_free(struct cnl_cgroups *cgroups)
{
    free(cgroups);
}

void cnl_cgroups_drop(struct cnl_cgroups *cgroups)
{
    cgroups->counted = cgroups->kept;
}

void cnl_cgroups_keep(struct cnl_cgroups *cgroups)
{
    cgroups->kept = cgroups->counted;
}

void cnl_cgroups_count(struct cnl_cgroups *cgroups, uint64_t number, unsigned state)
{
    struct cnl_cgroup_counts *counts = &cgroups->counted;
    unsigned slot = number == 0 ? CST_NO_CGROUP : find_slot(cgroups, counts, number);
    counts->sockets[slot][state]++;
    // The kernel numbers cgroups one after the other.
    if (slot == CST_OTHER_CGROUPS)
        counts->others[number % CNL_OTHER_CGROUP_BITS / 8] |= (uint8_t)(1 << number % 8);
}

bool cnl_cgroups_are_told(const struct cnl_cgroups *cgroups)
{
    return cgroups->has_cgroup || !cgroups->has_full_socket;
}

size_t cnl_cgroup_slots(const struct cnl_cgroups *cgroups)
{
    return cgroups->kept.slots;
}

uint64_t cnl_cgroup_number(const struct cnl_cgroups *cgroups, size_t slot)
{
    return slot < CST_CGROUP_SLOTS ? cgroups->kept.numbers[slot] : 0;
}

uint64_t cnl_cgroup_sockets(const struct cnl_cgroups *cgroups, size_t slot, unsigned state)
{
    return slot < CST_CGROUP_SLOTS && state < CST_STATES ? cgroups->kept.sockets[slot][state] : 0;
}

size_t cnl_other_cgroups(const struct cnl_cgroups *cgroups)
{
    size_t others = 0;
    for (size_t i = 0; i < sizeof cgroups->kept.others; i++)
        others += (size_t)__builtin_popcount(cgroups->kept.others[i]);
    return others;
}
