// SPDX-License-Identifier: Apache-2.0
//
// Loads tcp_iterator.bpf.o, which stands beside this program, and runs it over the TCP sockets of its own network
// namespace. Prints the number of sockets, those in ESTABLISHED, and the time of the walk, without the load, in
// seconds.

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STATES = 16, ESTABLISHED = 1 };

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "tcp_iterator: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static struct bpf_object *load(const char *program)
{
    char directory[PATH_MAX], path[PATH_MAX + sizeof "/tcp_iterator.bpf.o"];
    snprintf(directory, sizeof directory, "%s", program);
    snprintf(path, sizeof path, "%s/tcp_iterator.bpf.o", dirname(directory));
    struct bpf_object *object = bpf_object__open(path);
    if (!object)
        fail(path);
    if (bpf_object__load(object) != 0)
        fail("loading the BPF program, which needs root");
    return object;
}

// The kernel stops after a million sockets, with EAGAIN: the next read goes on from there.
static void walk(struct bpf_link *link)
{
    int iterator = bpf_iter_create(bpf_link__fd(link));
    if (iterator < 0)
        fail("bpf_iter_create");
    char nothing[64];
    ssize_t size;
    while ((size = read(iterator, nothing, sizeof nothing)) > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR)))
        ;
    if (size < 0)
        fail("read");
    close(iterator);
}

static void read_counts(struct bpf_object *object, uint64_t counts[STATES])
{
    struct bpf_map *map = bpf_object__find_map_by_name(object, ".bss");
    uint32_t key = 0;
    if (!map || bpf_map__value_size(map) != STATES * sizeof *counts ||
        bpf_map_lookup_elem(bpf_map__fd(map), &key, counts) != 0)
        fail("reading the counts");
}

int main(int count, char **arguments)
{
    (void)count;
    struct bpf_object *object = load(arguments[0]);
    struct bpf_program *program = bpf_object__find_program_by_name(object, "count_socket");
    struct bpf_link *link = program ? bpf_program__attach_iter(program, NULL) : NULL;
    if (!link)
        fail("attaching the iterator");
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    walk(link);
    clock_gettime(CLOCK_MONOTONIC, &end);
    uint64_t counts[STATES], total = 0;
    read_counts(object, counts);
    for (unsigned state = 0; state < STATES; state++)
        total += counts[state];
    printf("%llu %llu %.6f\n", (unsigned long long)total, (unsigned long long)counts[ESTABLISHED],
           (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
    bpf_link__destroy(link);
    bpf_object__close(object);
    return 0;
}
