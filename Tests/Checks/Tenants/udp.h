// SPDX-License-Identifier: Apache-2.0

#ifndef TENANTS_UDP_H
#define TENANTS_UDP_H

/// Opens a UDP socket on a port (SO_REUSEPORT).
int open_udp(int family, int port);

/// The same, and connects every second one, so that no two neighbours are counted alike.
void hold_udp(int family, int port);

/// Opens a UDP socket on a port of an address of its own, alternately over IPv4 and over IPv6: all are in one chain,
/// and no two neighbours are counted alike.
void hold_udp_apart(int family, int port);

/// Lets each of so many UDP sockets over IPv6 give up its port and get one again, as fast as it can, until the end.
void rebind_udp(int count);

#endif
