// SPDX-License-Identifier: Apache-2.0

#include "objects.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

_Alignas(8) static const unsigned char cast_form[] = {
#embed "bpf/socket_walk.cast.bpf.o"
};

_Alignas(8) static const unsigned char probe_form[] = {
#embed "bpf/socket_walk.probe.bpf.o"
};

const struct cbl_form csw_objects[CSW_OBJECTS] = {
    {cast_form, sizeof cast_form},
    {probe_form, sizeof probe_form},
};
