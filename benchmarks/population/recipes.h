// SPDX-License-Identifier: Apache-2.0

#ifndef POPULATION_RECIPES_H
#define POPULATION_RECIPES_H

#include <stdint.h>

/// A share of the population: the sockets numbered `first` to `first + count - 1` of one recipe and family.
struct share {
    int family;
    uint32_t first;
    uint32_t count;
};

/// How sockets come into a state.
struct recipe {
    const char *name;
    /// What comes with each socket, for the usage text; may be empty.
    const char *note;
    /// Descriptors that each socket and its companions take.
    uint32_t descriptors;
    /// Makes a share of sockets, which live as long as the process. Ends the process when it cannot.
    void (*make)(struct share share);
};

/// All recipes; the last has no name.
extern const struct recipe recipes[];

#endif
