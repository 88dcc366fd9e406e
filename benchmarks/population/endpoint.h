// SPDX-License-Identifier: Apache-2.0
//
// TCP sockets on the loopback interface. A function that fails ends the process with a sentence.

#ifndef POPULATION_ENDPOINT_H
#define POPULATION_ENDPOINT_H

#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/socket.h>

/// The two ends of a connection.
struct connection {
    int client;
    int server;
};

/// Ends the process: says which call failed, and why by errno.
noreturn void fail(const char *call);

int tcp_socket(int family);

void set_option(int descriptor, int level, int name, int value);

/// Binds to the loopback address; port 0 leaves the choice to the kernel.
void bind_loopback(int descriptor, int family, uint16_t port);

/// Connects to the loopback address. A non-blocking socket is left under way.
void connect_loopback(int descriptor, int family, uint16_t port);

/// A listener on a port of the kernel's choice with the largest backlog.
int listener(int family);

/// A new connection to a listener, which must have no other waiting.
struct connection establish(int listener_descriptor);

/// Connects to a listener and returns the client's end alone. `prepare`, unless null, is called before it connects.
int connect_to(int listener_descriptor, int type_flags, void (*prepare)(int descriptor));

/// From now on, throws away what arrives: the peer gets no acknowledgement.
void drop_arrivals(int descriptor);

/// Keeps a socket that gets no acknowledgement from giving up, as long as the kernel allows.
void never_give_up(int descriptor);

/// Waits until the socket is in a state (TCP_ESTABLISHED, …); loopback packets may be delivered later than sent.
void await_state(int descriptor, uint8_t state);

#endif
