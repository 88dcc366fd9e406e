// SPDX-License-Identifier: Apache-2.0

#include "fold.h"

#include <stdlib.h>

static void add_inode(struct cnl_filter *filter, uint32_t inode)
{
    // 0 is not a socket's number: the kernel reports it where a socket belongs to nobody.
    if (inode == 0)
        return;
    size_t place = cnl_filter_place(filter, inode);
    while (filter->inodes[place] != 0 && filter->inodes[place] != inode)
        place = (place + 1) & filter->mask;
    filter->inodes[place] = inode;
}

struct cnl_filter *cnl_filter_new(const uint32_t *inodes, size_t count)
{
    enum { MOST_INODES = 1 << 30 };
    if (count > MOST_INODES)
        return NULL;
    // Never more than half full, so that a search ends soon.
    size_t places = 2;
    while (places < 2 * count)
        places *= 2;
    struct cnl_filter *filter = calloc(1, sizeof *filter + places * sizeof *filter->inodes);
    if (!filter)
        return NULL;
    filter->mask = places - 1;
    for (size_t i = 0; i < count; i++)
        add_inode(filter, inodes[i]);
    return filter;
}

void cnl_filter_free(struct cnl_filter *filter)
{
    free(filter);
}

void cnl_filter_add_port(struct cnl_filter *filter, uint16_t port)
{
    filter->ports[port / 8] |= (uint8_t)(1 << port % 8);
}
