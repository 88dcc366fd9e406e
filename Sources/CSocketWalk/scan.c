// SPDX-License-Identifier: Apache-2.0

#include "folds.h"
#include "walker.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <time.h>

// How many sockets a run visits before it ends, so that its RCU read section stays well below a millisecond. Listeners
// and UDP sockets take longer: more is read of each.
enum { SOCKETS_OF_A_RUN = 1536, SLOW_SOCKETS_OF_A_RUN = 1024 };

// How long a scan keeps the processor before it lets others on it: not only one run, since where no processor is idle
// each return to it may take the whole slice of another.
enum { TURN_NANOSECONDS = 1000 * 1000 };

// In nanoseconds.
static uint64_t time_of(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time); // cannot fail
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

static uint64_t now(void)
{
    return time_of(CLOCK_MONOTONIC);
}

static void let_others_run(struct csw_walker *walker)
{
    // A chain that is being read has to be gone on with soon.
    if (results(walker)->scan.chain_is_open || walker->turn < TURN_NANOSECONDS)
        return;
    sched_yield();
    walker->turn = 0;
}

static bool take_record(struct csw_walker *walker, size_t index)
{
    const struct walk_result *result = results(walker);
    if (walker->options.protocol == CSW_UDP)
        return csw_udp_ports_add(&walker->udp_ports, &result->udp_port[index]);
    const struct cst_listener *record = &result->listener[index];
    bool is_of_tenant = result->namespace[record->namespace_index % WALK_NAMESPACE_SLOTS].is_of_tenant;
    return csw_endpoints_add(&walker->endpoints, record, is_of_tenant);
}

// Adds the records of a run to the list of the scan.
static bool take_records(struct csw_walker *walker, struct csw_error *error)
{
    if (results(walker)->scan.chain_is_open)
        return true;
    size_t count = results(walker)->scan.records;
    if (count > WALK_RECORDS)
        count = WALK_RECORDS;
    for (size_t i = 0; i < count; i++)
        if (!take_record(walker, i))
            return csw_fail(error, CSW_CALL_FAILED, errno, "realloc");
    return true;
}

static bool run(struct csw_walker *walker, struct walk_request request, struct csw_error *error)
{
    uint64_t began = now();
    if (walker->options.deadline != 0 && began >= walker->options.deadline)
        return csw_fail(error, CSW_DEADLINE, 0, NULL);
    if (walker->options.latest_end != 0 && began >= walker->options.latest_end)
        return csw_fail(error, CSW_TIMED_OUT, 0, NULL);
    request.token = walker->token;
    request.protocol = walker->options.protocol == CSW_UDP ? WALK_UDP : WALK_TCP;
    request.by_namespace = walker->options.by_namespace;
    request.folds = walker->options.folds;
    uint32_t refusal = 0;
    int error_number = cbl_run(&walker->program, &request, sizeof request, &refusal);
    if (error_number == 0 && refusal != 0)
        error_number = EBUSY;
    if (error_number != 0)
        return csw_fail(error, CSW_CALL_FAILED, error_number, "bpf(BPF_PROG_RUN)");
    uint64_t duration = now() - began;
    walker->turn += duration;
    if (walker->summary.longest_run < duration)
        walker->summary.longest_run = duration;
    return take_records(walker, error);
}

static uint64_t sockets_of_a_run(const struct csw_walker *walker, enum walk_part part)
{
    bool is_slow = part == WALK_LISTENERS || walker->options.protocol == CSW_UDP;
    return is_slow ? SLOW_SOCKETS_OF_A_RUN : SOCKETS_OF_A_RUN;
}

// Walks one of the own namespace's tables in runs that are short enough.
static bool walk_table(struct csw_walker *walker, enum walk_part part, struct csw_error *error)
{
    const struct walk_scan *scan = &results(walker)->scan;
    struct walk_request request = {.part = part, .sockets = sockets_of_a_run(walker, part)};
    do {
        if (!run(walker, request, error))
            return false;
        request.first_bucket = scan->next_bucket;
        let_others_run(walker);
    } while (request.first_bucket < scan->table_buckets);
    return true;
}

// How many times as long as their processor time the tables that the own namespace does not use may take on the clock.
// Waiting for a processor, where all are busy, is no work that these tables make; but a tenant may keep them busy.
enum { FOREIGN_PATIENCE = 20 };

// Walks the tables that the own namespace does not use, as long as they may take.
static bool walk_foreign_tables(struct csw_walker *walker, struct csw_error *error)
{
    uint64_t most = walker->options.foreign_nanoseconds;
    uint64_t processor_end = time_of(CLOCK_THREAD_CPUTIME_ID) + most, end = now() + FOREIGN_PATIENCE * most;
    static const enum walk_part parts[] = {WALK_HOST_TABLES, WALK_TENANT_TABLES};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct walk_request request = {.part = parts[i], .sockets = sockets_of_a_run(walker, parts[i])};
        do {
            if (time_of(CLOCK_THREAD_CPUTIME_ID) > processor_end || now() > end) {
                results(walker)->scan.uncounted_tables++;
                return true;
            }
            if (!run(walker, request, error))
                return false;
            let_others_run(walker);
        } while (!results(walker)->scan.foreign_is_done);
        walker->summary.host_tables_are_walked = results(walker)->scan.list_is_cut == 0;
    }
    return true;
}

bool csw_begin(struct csw_walker *walker, struct csw_options options, struct csw_error *error)
{
    struct walk_result *result = results(walker);
    memset(result->namespace, 0, csw_namespaces(walker) * sizeof result->namespace[0]);
    csw_folds_begin(walker);
    // They take as long to clear as thousands of sockets to count.
    if (result->scan.busiest_destination > 0) {
        memset(&result->destinations, 0, sizeof result->destinations);
        memset(result->used_ports, 0, sizeof result->used_ports);
    }
    memset(&result->scan, 0, sizeof result->scan);
    memset(result->ephemeral_ports, 0, sizeof result->ephemeral_ports);
    csw_udp_ports_begin(&walker->udp_ports);
    if (!csw_endpoints_begin(&walker->endpoints))
        return csw_fail(error, CSW_CALL_FAILED, errno, "calloc");
    walker->summary = (struct csw_summary){0};
    walker->options = options;
    walker->turn = 0;
    if (!run(walker, (struct walk_request){.part = WALK_BEGIN}, error))
        return false;
    if (options.protocol == CSW_UDP && result->scan.lacks_udp_table)
        return csw_fail(error, CSW_UNSUPPORTED, 0, NULL);
    if (options.folds & CSW_IDLE)
        csw_find_ticks(walker);
    return true;
}

// Chains that could not be counted, taken out of the scan so that the next part begins at 0.
static uint64_t take_lost_chains(struct walk_scan *scan)
{
    uint64_t lost = scan->changed_chains + scan->long_chains;
    scan->changed_chains = 0;
    scan->long_chains = 0;
    return lost;
}

bool csw_walk_listeners(struct csw_walker *walker, struct csw_error *error)
{
    if (!walk_table(walker, WALK_LISTENERS, error))
        return false;
    walker->summary.lost_listener_chains = take_lost_chains(&results(walker)->scan);
    // What is not known of any listener is known of no chain.
    if (results(walker)->scan.lacks_listeners)
        walker->summary.lost_listener_chains += results(walker)->scan.table_buckets;
    return true;
}

// Walks the own namespace's table of connections or of UDP sockets, and then those that it does not use.
static bool walk_sockets(struct csw_walker *walker, struct csw_error *error)
{
    struct walk_result *result = results(walker);
    struct csw_summary *summary = &walker->summary;
    result->scan.longest_chain = 0;
    uint64_t before = result->scan.visited_sockets;
    if (!walk_table(walker, WALK_SOCKETS, error))
        return false;
    summary->table_entries = result->scan.visited_sockets - before;
    summary->table_buckets = result->scan.table_buckets;
    summary->longest_chain = result->scan.longest_chain;
    summary->changed_chains = result->scan.changed_chains;
    summary->long_chains = result->scan.long_chains;
    if (!walker->options.by_namespace)
        return true;
    return walk_foreign_tables(walker, error);
}

void csw_count_destinations(struct csw_walker *walker, const uint8_t *ports)
{
    memcpy(results(walker)->ephemeral_ports, ports, CST_PORT_SET_SIZE);
}

bool csw_walk_connections(struct csw_walker *walker, const uint16_t *port_slots, struct csw_error *error)
{
    struct walk_result *result = results(walker);
    memcpy(result->port_slot, port_slots, sizeof result->port_slot);
    memset(result->port_sockets, 0, sizeof result->port_sockets);
    csw_folds_begin_ports(walker, port_slots);
    return walk_sockets(walker, error);
}

bool csw_walk_udp(struct csw_walker *walker, struct csw_error *error)
{
    return walk_sockets(walker, error);
}
