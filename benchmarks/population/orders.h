// SPDX-License-Identifier: Apache-2.0

#ifndef POPULATION_ORDERS_H
#define POPULATION_ORDERS_H

#include "recipes.h"

#include <stdnoreturn.h>

/// What one argument asks for: so many sockets of a family by a recipe.
struct order {
    const struct recipe *recipe;
    int family;
    uint32_t count;
};

/// Says what is wrong with an argument and how to use the program; exits with 2.
noreturn void usage(const char *argument, const char *problem);

/// Reads `[ipv4:|ipv6:]RECIPE=COUNT`.
struct order parse_order(const char *argument);

#endif
