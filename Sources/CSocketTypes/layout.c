// SPDX-License-Identifier: Apache-2.0
//
// What the layout of the shared types must be. SwiftPM needs a source file in each target.

#include "CSocketTypes.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

_Static_assert(sizeof(struct cst_listener) == 72, "BPF programs and their readers have the same layout");
_Static_assert(sizeof(struct in6_addr) == sizeof((struct cst_listener){0}.address), "an address of IPv6");
_Static_assert(CST_ESTABLISHED == TCP_ESTABLISHED && CST_SYN_RECV == TCP_SYN_RECV && CST_TIME_WAIT == TCP_TIME_WAIT &&
                   CST_CLOSE == TCP_CLOSE && CST_LISTEN == TCP_LISTEN && CST_CLOSING == TCP_CLOSING,
               "states have the kernel's numbers");
_Static_assert(CST_BOUND_INACTIVE == 13 && CST_BOUND_INACTIVE < CST_STATES, "every state has its counter");
_Static_assert((CST_STATES & (CST_STATES - 1)) == 0, "a state can be masked");
