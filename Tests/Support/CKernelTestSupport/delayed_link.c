// SPDX-License-Identifier: Apache-2.0

#include "CKernelTestSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PACKET_SIZE = 2048, QUEUE = 4096, PEERS = 256 };

struct packet {
    uint64_t due;
    size_t size;
    uint8_t bytes[PACKET_SIZE];
};

struct ckt_link {
    int device;
    int stop;
    pthread_t thread;
    /// Milliseconds by the last byte of the peer's address.
    atomic_int delays[PEERS];
    struct packet *queue;
    size_t count;
};

static uint64_t milliseconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

// Sends the packet back with both addresses exchanged, which leaves all checksums as they are.
static void return_packet(const struct ckt_link *link, struct packet *packet)
{
    struct iphdr *header = (struct iphdr *)packet->bytes;
    uint32_t source = header->saddr;
    header->saddr = header->daddr;
    header->daddr = source;
    ssize_t written = write(link->device, packet->bytes, packet->size);
    (void)written; // a packet that is lost is sent again
}

static void receive(struct ckt_link *link)
{
    if (link->count == QUEUE)
        return;
    struct packet *packet = &link->queue[link->count];
    ssize_t size = read(link->device, packet->bytes, sizeof packet->bytes);
    struct iphdr header;
    if (size < (ssize_t)sizeof header)
        return;
    memcpy(&header, packet->bytes, sizeof header);
    int delay = atomic_load(&link->delays[ntohl(header.daddr) % PEERS]);
    if (header.version != 4 || delay < 0)
        return;
    packet->size = (size_t)size;
    packet->due = milliseconds_now() + (uint64_t)delay;
    link->count++;
}

// Returns what is due, in order, and the milliseconds until the next packet; -1 without one.
static int return_due(struct ckt_link *link)
{
    uint64_t now = milliseconds_now(), next = UINT64_MAX;
    size_t kept = 0;
    for (size_t i = 0; i < link->count; i++) {
        if (link->queue[i].due <= now) {
            return_packet(link, &link->queue[i]);
            continue;
        }
        next = link->queue[i].due < next ? link->queue[i].due : next;
        if (kept != i)
            link->queue[kept] = link->queue[i];
        kept++;
    }
    link->count = kept;
    return next == UINT64_MAX ? -1 : (int)(next - now);
}

static void *forward(void *context)
{
    struct ckt_link *link = context;
    struct pollfd files[] = {{.fd = link->device, .events = POLLIN}, {.fd = link->stop, .events = POLLIN}};
    for (;;) {
        if (poll(files, 2, return_due(link)) < 0 && errno != EINTR)
            return NULL;
        if (files[1].revents)
            return NULL;
        if (files[0].revents & POLLIN)
            receive(link);
    }
}

static int open_device(void)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "delayed"};
    int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (device >= 0 && ioctl(device, TUNSETIFF, &request) != 0) {
        close(device);
        return -1;
    }
    return device;
}

struct ckt_link *ckt_link_open(void)
{
    struct ckt_link *link = calloc(1, sizeof *link);
    if (!link)
        return NULL;
    link->queue = calloc(QUEUE, sizeof *link->queue);
    link->device = open_device();
    link->stop = eventfd(0, EFD_CLOEXEC);
    if (link->queue && link->device >= 0 && link->stop >= 0 && pthread_create(&link->thread, NULL, forward, link) == 0)
        return link;
    int error = errno;
    close(link->device);
    close(link->stop);
    free(link->queue);
    free(link);
    errno = error;
    return NULL;
}

void ckt_link_set_delay(struct ckt_link *link, unsigned char peer, int milliseconds)
{
    atomic_store(&link->delays[peer], milliseconds);
}

int ckt_connect_to_peer(int descriptor, unsigned char peer, unsigned short port)
{
    enum { NETWORK = 10 << 24 | 9 << 16 };
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(NETWORK | peer)};
    return connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
}

void ckt_link_close(struct ckt_link *link)
{
    eventfd_write(link->stop, 1);
    pthread_join(link->thread, NULL);
    close(link->device);
    close(link->stop);
    free(link->queue);
    free(link);
}
