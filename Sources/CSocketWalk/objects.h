// SPDX-License-Identifier: Apache-2.0
//
// The compiled forms of bpf/socket_walk.bpf.c, best first. `make bpf` compiles them.

#ifndef CSOCKETWALK_OBJECTS_H
#define CSOCKETWALK_OBJECTS_H

#include "CBPFLoader.h"

enum { CSW_OBJECTS = 2 };

extern const struct cbl_form csw_objects[CSW_OBJECTS];

#endif
