// SPDX-License-Identifier: Apache-2.0

#include "walker.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// How many sockets a run should visit, so that its RCU read section stays well below a millisecond, and the most
// buckets that it is given for that. Both are powers of 2.
enum { TARGET_SOCKETS = 4096, MOST_BUCKETS = 1 << 14 };

// How long a scan keeps the processor before it lets others on it: not only one run, since where no processor is idle
// each return to it may take the whole slice of another.
enum { TURN_NANOSECONDS = 1000 * 1000 };

static int64_t processor_time(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time); // cannot fail
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void let_others_run(struct csw_walker *walker)
{
    if (processor_time() - walker->turn_began < TURN_NANOSECONDS)
        return;
    sched_yield();
    walker->turn_began = processor_time();
}

static bool run(struct csw_walker *walker, struct walk_request *request, struct csw_error *error)
{
    LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = request, .ctx_size_in = sizeof *request);
    if (bpf_prog_test_run_opts(walker->program, &options) != 0)
        return csw_fail(error, CSW_CALL_FAILED, errno, "bpf(BPF_PROG_RUN)");
    return true;
}

// Takes the records of a run into the list of the scan.
static bool take_listeners(struct csw_walker *walker, struct csw_error *error)
{
    size_t count = walker->result->listeners;
    if (walker->listener_count + count > walker->listener_capacity) {
        size_t capacity = 2 * (walker->listener_count + count);
        void *grown = reallocarray(walker->listeners, capacity, sizeof *walker->listeners);
        if (!grown)
            return csw_fail(error, CSW_CALL_FAILED, errno, "realloc");
        walker->listeners = grown;
        walker->listener_capacity = capacity;
    }
    if (count > 0)
        memcpy(walker->listeners + walker->listener_count, walker->result->listener, count * sizeof *walker->listeners);
    walker->listener_count += count;
    walker->result->listeners = 0;
    return true;
}

// After a run of so many buckets that visited so many sockets.
static uint64_t next_buckets(uint64_t buckets, uint64_t sockets)
{
    if (sockets > TARGET_SOCKETS && buckets > 1)
        return buckets / 2;
    if (sockets < TARGET_SOCKETS / 8 && buckets <= MOST_BUCKETS / 4)
        return buckets * 4;
    return buckets;
}

// Walks one table in runs that are short enough.
static bool walk_table(struct csw_walker *walker, enum walk_part part, size_t namespace, struct csw_error *error)
{
    const struct walk_result *result = walker->result;
    struct walk_request request = {.part = part, .namespace_slot = namespace};
    uint64_t buckets = 1;
    do {
        // To a multiple of them, so that groups of chains begin where lines of the cache do.
        request.buckets = buckets - request.first_bucket % buckets;
        uint64_t visited = result->visited_sockets;
        if (!run(walker, &request, error) || !take_listeners(walker, error))
            return false;
        if (result->namespace_is_gone) {
            walker->result->namespace[namespace].inode = 0;
            return true;
        }
        request.first_bucket = result->next_bucket;
        buckets = next_buckets(buckets, result->visited_sockets - visited);
        let_others_run(walker);
    } while (request.first_bucket < result->table_buckets);
    return true;
}

// Walks the tables that the own namespace does not use. What cannot be counted there is not missing in its own counts.
static bool walk_foreign_tables(struct csw_walker *walker, struct csw_error *error)
{
    struct walk_result *result = walker->result;
    uint64_t own = result->uncounted_chains;
    for (size_t i = WALK_OTHER_NAMESPACES; i < csw_namespaces(walker); i++)
        if (result->namespace[i].has_table && !walk_table(walker, WALK_CONNECTIONS, i, error))
            return false;
    walker->uncounted_foreign_chains = result->uncounted_chains - own;
    result->uncounted_chains = own;
    return true;
}

bool csw_begin(struct csw_walker *walker, struct csw_options options, struct csw_error *error)
{
    struct walk_result *result = walker->result;
    size_t used = offsetof(struct walk_result, namespace) + result->namespaces * sizeof result->namespace[0];
    memset(result, 0, offsetof(struct walk_result, listener));
    memset(result->namespace, 0, used - offsetof(struct walk_result, namespace));
    walker->listener_count = 0;
    walker->uncounted_foreign_chains = 0;
    walker->turn_began = processor_time();
    struct walk_request request = {
        .part = WALK_NAMESPACES, .by_namespace = options.by_namespace, .with_queues = options.with_queues};
    return run(walker, &request, error);
}

bool csw_walk_listeners(struct csw_walker *walker, struct csw_error *error)
{
    return walk_table(walker, WALK_LISTENERS, WALK_OWN_NAMESPACE, error);
}

bool csw_walk_connections(struct csw_walker *walker, const uint16_t *port_slots, struct csw_error *error)
{
    struct walk_result *result = walker->result;
    memcpy(result->port_slot, port_slots, sizeof result->port_slot);
    memset(result->port_sockets, 0, sizeof result->port_sockets);
    result->longest_chain = 0;
    uint64_t before = result->visited_sockets;
    if (!walk_table(walker, WALK_CONNECTIONS, WALK_OWN_NAMESPACE, error))
        return false;
    walker->table_entries = result->visited_sockets - before;
    walker->table_buckets = result->table_buckets;
    walker->longest_chain = result->longest_chain;
    return walk_foreign_tables(walker, error);
}
