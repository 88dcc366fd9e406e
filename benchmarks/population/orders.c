// SPDX-License-Identifier: Apache-2.0

#include "orders.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { EXIT_USAGE = 2, MAX_COUNT = 10000000 };

noreturn void usage(const char *argument, const char *problem)
{
    fprintf(stderr,
            "population: \"%s\" %s.\n"
            "usage: population [ipv4:|ipv6:]RECIPE=COUNT...\n"
            "Makes TCP and UNIX sockets in a network namespace of its own and keeps them until standard input closes.\n"
            "COUNT is 1 to %d. RECIPE is one of:\n",
            argument, problem, MAX_COUNT);
    for (const struct recipe *recipe = recipes; recipe->name; recipe++)
        fprintf(stderr, recipe->note[0] ? "  %-15s %s\n" : "  %s\n", recipe->name, recipe->note);
    exit(EXIT_USAGE);
}

static const struct recipe *find_recipe(const char *name, size_t length)
{
    for (const struct recipe *recipe = recipes; recipe->name; recipe++)
        if (strlen(recipe->name) == length && strncmp(recipe->name, name, length) == 0)
            return recipe;
    return NULL;
}

static const char *skip_prefix(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static uint32_t parse_count(const char *argument, const char *text)
{
    char *end;
    errno = 0;
    unsigned long count = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0')
        usage(argument, "does not end in a whole number");
    if (errno != 0 || count < 1 || count > MAX_COUNT)
        usage(argument, "has a count out of range");
    return (uint32_t)count;
}

struct order parse_order(const char *argument)
{
    const char *ipv6 = skip_prefix(argument, "ipv6:");
    const char *ipv4 = skip_prefix(argument, "ipv4:");
    const char *name = ipv6 ? ipv6 : ipv4 ? ipv4 : argument;
    const char *equals = strchr(name, '=');
    if (!equals)
        usage(argument, "has no \"=COUNT\"");
    const struct recipe *recipe = find_recipe(name, (size_t)(equals - name));
    if (!recipe)
        usage(argument, "names no known recipe");
    return (struct order){
        .recipe = recipe,
        .family = ipv6 ? AF_INET6 : AF_INET,
        .count = parse_count(argument, equals + 1),
    };
}
