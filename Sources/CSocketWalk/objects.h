// SPDX-License-Identifier: Apache-2.0
//
// The compiled forms of bpf/socket_walk.bpf.c, best first. `make bpf` makes them again.

#ifndef CSOCKETWALK_OBJECTS_H
#define CSOCKETWALK_OBJECTS_H

#include <stddef.h>

struct csw_object {
    const unsigned char *bytes;
    size_t size;
};

enum { CSW_OBJECTS = 2 };

extern const struct csw_object csw_objects[CSW_OBJECTS];

#endif
