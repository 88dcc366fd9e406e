// SPDX-License-Identifier: Apache-2.0
//
// How far the count of the busiest destination is above the truth: the same counters as in the scan, with new random
// keys in each trial, and destinations drawn at random. Takes the number of destinations, the sockets of each, the
// sockets of one more, and the number of trials; prints for each trial how much the count is above.

#include "CSocketDestinations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static struct cst_destination_counts counts;
static __u32 busiest;

struct remote {
    __u32 address, port;
};

static struct remote next_remote(void)
{
    enum { STOCK = 32 }; // 256 bytes come at once
    static struct remote stock[STOCK];
    static size_t used = STOCK;
    if (used == STOCK) {
        if (getrandom(stock, sizeof stock, 0) != sizeof stock)
            exit(1);
        used = 0;
    }
    return stock[used++];
}

static void add(const struct cst_destination_keys *keys, __u32 sockets)
{
    struct remote remote = next_remote();
    __u32 places = cst_destination_places(cst_ipv4_hash(keys, 0x0100000a, remote.address, remote.port & 0xffff));
    // As the sockets of a scan come: one at a time.
    for (__u32 socket = 0; socket < sockets; socket++) {
        __u32 most = cst_add_to_destination(&counts, places, 1);
        busiest = most > busiest ? most : busiest;
    }
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: busiest_destination DESTINATIONS SOCKETS MOST TRIALS\n");
        return 2;
    }
    __u32 destinations = (__u32)atol(argv[1]), sockets = (__u32)atol(argv[2]), most = (__u32)atol(argv[3]);
    for (long trial = 0; trial < atol(argv[4]); trial++) {
        struct cst_destination_keys keys;
        if (getrandom(&keys, sizeof keys, 0) != sizeof keys)
            return 1;
        memset(&counts, 0, sizeof counts);
        busiest = 0;
        for (__u32 i = 0; i < destinations; i++) {
            if (i == destinations / 2)
                add(&keys, most);
            add(&keys, sockets);
        }
        printf("%u\n", busiest - (most > sockets ? most : sockets));
    }
    return 0;
}
