// SPDX-License-Identifier: Apache-2.0
//
// How UNIX sockets come into a state. The family of a share does not matter.

#ifndef POPULATION_UNIX_H
#define POPULATION_UNIX_H

#include "recipes.h"

void make_unix_stream(struct share share);
void make_unix_seqpacket(struct share share);
void make_unix_dgram(struct share share);
void make_unix_listen(struct share share);
void make_unix_backlog(struct share share);

#endif
