// SPDX-License-Identifier: Apache-2.0
//
// Asks the kernel for its sockets over netlink (sock_diag) and adds up the answer while it arrives.
//
// A conversation sends a request, receives datagrams into one buffer, checks them, and hands each message to the reader
// of a protocol. Nothing is allocated after `cnl_open`. The functions hold no state outside their arguments; a
// `struct cnl_socket` belongs to one thread at a time.

#ifndef CNETLINK_H
#define CNETLINK_H

#include "CNetlinkCgroups.h"
#include "CNetlinkConversation.h"
#include "CNetlinkMeasures.h"
#include "CNetlinkNamespace.h"
#include "CNetlinkSelection.h"
#include "CNetlinkTCP.h"
#include "CNetlinkUDP.h"
#include "CNetlinkUNIX.h"

#endif
