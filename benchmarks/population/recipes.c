// SPDX-License-Identifier: Apache-2.0

#include "recipes.h"
#include "endpoint.h"
#include "unix.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

// Connections made through one listener: far below its backlog and the number of ephemeral ports.
enum { CONNECTIONS_PER_LISTENER = 1000 };

// What waits in a queue of a socket that has one.
enum { QUEUED_BYTES = 1000 };

// TCP_REPAIR declares a socket connected: no peer, no packets. It stays on, so that the socket also goes silently.
// The local ports lie below the ephemeral ones, which the other recipes need.
static void make_established(struct share share)
{
    enum { FIRST_PORT = 1024, PORTS = 31000 };
    for (uint32_t i = share.first; i < share.first + share.count; i++) {
        int descriptor = tcp_socket(share.family);
        set_option(descriptor, IPPROTO_TCP, TCP_REPAIR, 1);
        set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
        bind_loopback(descriptor, share.family, (uint16_t)(FIRST_PORT + i % PORTS));
        connect_loopback(descriptor, share.family, (uint16_t)(1 + i / PORTS));
    }
}

static void make_listen(struct share share)
{
    for (uint32_t i = 0; i < share.count; i++)
        listener(share.family);
}

// Ports whose buckets of the kernel's table of listeners lie near each other: their hash differs as the ports do.
static const uint16_t shared_ports[] = {20000, 20000 ^ 16};

static void make_shared_listen(struct share share)
{
    for (uint32_t i = 0; i < share.count; i++) {
        int descriptor = tcp_socket(share.family);
        set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
        bind_loopback(descriptor, share.family, shared_ports[(share.first + i) % 2]);
        if (listen(descriptor, SOMAXCONN) != 0)
            fail("listen");
    }
}

static void make_bound_inactive(struct share share)
{
    for (uint32_t i = 0; i < share.count; i++)
        bind_loopback(tcp_socket(share.family), share.family, 0);
}

static void make_udp(struct share share)
{
    for (uint32_t i = 0; i < share.count; i++) {
        int descriptor = socket(share.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (descriptor < 0)
            fail("socket");
        bind_loopback(descriptor, share.family, 0);
    }
}

static void prepare_deaf(int descriptor)
{
    drop_arrivals(descriptor);
    set_option(descriptor, IPPROTO_TCP, TCP_SYNCNT, 127);
}

// Nothing listens where these connect to, and the answer that says so is dropped.
static void make_syn_sent(struct share share)
{
    enum { CLOSED_PORT = 1 };
    for (uint32_t i = share.first; i < share.first + share.count; i++) {
        int descriptor = socket(share.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (descriptor < 0)
            fail("socket");
        prepare_deaf(descriptor);
        connect_loopback(descriptor, share.family, (uint16_t)(CLOSED_PORT + i / CONNECTIONS_PER_LISTENER));
        await_state(descriptor, TCP_SYN_SENT);
    }
}

static void make_syn_recv(struct share share)
{
    int target = -1;
    for (uint32_t i = 0; i < share.count; i++) {
        if (i % CONNECTIONS_PER_LISTENER == 0) {
            target = listener(share.family);
            set_option(target, IPPROTO_TCP, TCP_SYNCNT, 127);
        }
        connect_to(target, SOCK_NONBLOCK, prepare_deaf);
    }
}

static void make_backlog(struct share share)
{
    int target = -1;
    for (uint32_t i = 0; i < share.count; i++) {
        if (i % CONNECTIONS_PER_LISTENER == 0)
            target = listener(share.family);
        connect_to(target, 0, NULL);
    }
}

// Makes connections and brings each into its state; the listeners do not stay.
static void make_connections(struct share share, void (*bring)(struct connection connection))
{
    for (uint32_t made = 0; made < share.count;) {
        int target = listener(share.family);
        for (uint32_t i = 0; i < CONNECTIONS_PER_LISTENER && made < share.count; i++, made++)
            bring(establish(target));
        close(target);
    }
}

static void send_some(int descriptor)
{
    static const char bytes[QUEUED_BYTES];
    if (send(descriptor, bytes, sizeof bytes, MSG_NOSIGNAL) != sizeof bytes)
        fail("send");
}

static void finish(int descriptor)
{
    if (shutdown(descriptor, SHUT_WR) != 0)
        fail("shutdown");
}

static void leave_unread(struct connection connection)
{
    send_some(connection.client);
}

static void leave_unacknowledged(struct connection connection)
{
    drop_arrivals(connection.server);
    never_give_up(connection.client);
    send_some(connection.client);
}

static void bring_to_fin_wait1(struct connection connection)
{
    drop_arrivals(connection.server);
    never_give_up(connection.client);
    finish(connection.client);
    await_state(connection.client, TCP_FIN_WAIT1);
}

static void bring_to_fin_wait2(struct connection connection)
{
    finish(connection.client);
    await_state(connection.server, TCP_CLOSE_WAIT);
    // Sends the acknowledgement of the FIN now, which would wait some milliseconds for data to go with. The FIN must
    // have been read for that.
    char byte;
    if (recv(connection.server, &byte, sizeof byte, 0) != 0)
        fail("recv");
    set_option(connection.server, IPPROTO_TCP, TCP_QUICKACK, 1);
    await_state(connection.client, TCP_FIN_WAIT2);
}

static void bring_to_last_ack(struct connection connection)
{
    bring_to_fin_wait2(connection);
    drop_arrivals(connection.client);
    never_give_up(connection.server);
    finish(connection.server);
    await_state(connection.server, TCP_LAST_ACK);
}

static void bring_to_closing(struct connection connection)
{
    bring_to_fin_wait1(connection);
    never_give_up(connection.server);
    finish(connection.server);
    await_state(connection.client, TCP_CLOSING);
}

static void bring_to_time_wait(struct connection connection)
{
    bring_to_fin_wait2(connection);
    finish(connection.server);
    // The minisocket has taken over when the socket itself is closed.
    await_state(connection.client, TCP_CLOSE);
    close(connection.client);
    close(connection.server);
}

static void make_unread(struct share share)
{
    make_connections(share, leave_unread);
}

static void make_unacknowledged(struct share share)
{
    make_connections(share, leave_unacknowledged);
}

static void make_fin_wait1(struct share share)
{
    make_connections(share, bring_to_fin_wait1);
}

static void make_fin_wait2(struct share share)
{
    make_connections(share, bring_to_fin_wait2);
}

static void make_last_ack(struct share share)
{
    make_connections(share, bring_to_last_ack);
}

static void make_closing(struct share share)
{
    make_connections(share, bring_to_closing);
}

static void make_time_wait(struct share share)
{
    make_connections(share, bring_to_time_wait);
}

const struct recipe recipes[] = {
    {"established", "", 1, make_established},
    {"syn_sent", "", 1, make_syn_sent},
    {"syn_recv", "and a syn_sent; a listen for each 1,000", 1, make_syn_recv},
    {"fin_wait1", "and an established", 2, make_fin_wait1},
    {"fin_wait2", "and a close_wait", 2, make_fin_wait2},
    {"time_wait", "for 60 s", 2, make_time_wait},
    {"close_wait", "and a fin_wait2", 2, make_fin_wait2},
    {"last_ack", "and a fin_wait2", 2, make_last_ack},
    {"listen", "", 1, make_listen},
    {"shared_listen", "half of them on each of two ports", 1, make_shared_listen},
    {"closing", "and a fin_wait1", 2, make_closing},
    {"bound_inactive", "", 1, make_bound_inactive},
    {"backlog", "two established, one waiting to be accepted; a listen for each 1,000", 1, make_backlog},
    {"unread", "two established, one with 1,000 bytes to read", 2, make_unread},
    {"unacknowledged", "two established, one with 1,000 bytes in flight", 2, make_unacknowledged},
    {"udp", "bound, without a peer: as many as there are ephemeral ports", 1, make_udp},
    {"unix_stream", "and another of the pair", 2, make_unix_stream},
    {"unix_seqpacket", "and another of the pair", 2, make_unix_seqpacket},
    {"unix_dgram", "without a peer", 1, make_unix_dgram},
    {"unix_listen", "at @unix_listen/NUMBER", 1, make_unix_listen},
    {"unix_backlog", "a client that waits to be accepted; a unix_listen for each 1,000", 1, make_unix_backlog},
    {0},
};
