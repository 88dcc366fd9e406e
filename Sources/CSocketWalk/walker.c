// SPDX-License-Identifier: Apache-2.0

#include "CSocketWalk.h"

#include "objects.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/types.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpf/socket_walk.h"

// How many sockets a run should visit, so that its RCU read section stays well below a millisecond, and the buckets
// that it is given for that. All are powers of 2, and multiples of the lanes.
enum { TARGET_SOCKETS = 4096, LEAST_BUCKETS = 64, MOST_BUCKETS = 1 << 14 };

_Static_assert(WALK_FAMILIES == CSW_FAMILIES && WALK_STATES == CSW_STATES, "the loader copies by index");

struct csw_walker {
    struct bpf_object *object;
    int program;
    struct walk_result *result;
    size_t result_size;
};

static bool fail(struct csw_error *error, enum csw_failure failure, int error_number, const char *call)
{
    *error = (struct csw_error){.failure = failure, .error_number = error_number, .call = call};
    return false;
}

static int print_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
    (void)level, (void)format, (void)arguments;
    return 0;
}

// Loads one form of the program; returns null with errno set.
static struct bpf_object *load(const struct csw_object *form)
{
    struct bpf_object *object = bpf_object__open_mem(form->bytes, form->size, NULL);
    if (!object)
        return NULL;
    if (bpf_object__load(object) != 0) {
        int error_number = errno;
        bpf_object__close(object);
        errno = error_number;
        return NULL;
    }
    return object;
}

static bool load_best_form(struct csw_walker *walker, struct csw_error *error)
{
    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
        return fail(error, CSW_NO_TYPES, errno, NULL);
    for (int form = 0; form < CSW_OBJECTS && !walker->object; form++) {
        walker->object = load(&csw_objects[form]);
        if (!walker->object && errno == EPERM)
            return fail(error, CSW_NOT_PERMITTED, errno, "bpf");
    }
    return walker->object || fail(error, CSW_NOT_LOADABLE, errno, "bpf");
}

static bool find_parts(struct csw_walker *walker, struct csw_error *error)
{
    struct bpf_program *program = bpf_object__find_program_by_name(walker->object, "walk_sockets");
    struct bpf_map *map = bpf_object__find_map_by_name(walker->object, ".bss.result");
    if (!program || !map || bpf_map__value_size(map) < sizeof *walker->result)
        return fail(error, CSW_CALL_FAILED, ENOENT, "bpf_object__find_program_by_name");
    walker->program = bpf_program__fd(program);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    walker->result_size = (sizeof *walker->result + page - 1) / page * page;
    void *memory = mmap(NULL, walker->result_size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
    if (memory == MAP_FAILED)
        return fail(error, CSW_CALL_FAILED, errno, "mmap");
    walker->result = memory;
    return true;
}

struct csw_walker *csw_open(struct csw_error *error)
{
    libbpf_set_print(print_nothing);
    struct csw_walker *walker = calloc(1, sizeof *walker);
    if (!walker) {
        fail(error, CSW_CALL_FAILED, errno, "calloc");
        return NULL;
    }
    if (!load_best_form(walker, error) || !find_parts(walker, error)) {
        csw_close(walker);
        return NULL;
    }
    return walker;
}

void csw_close(struct csw_walker *walker)
{
    if (walker->result)
        munmap(walker->result, walker->result_size);
    bpf_object__close(walker->object);
    free(walker);
}

static uint64_t next_buckets(uint64_t buckets, uint64_t sockets)
{
    if (sockets > TARGET_SOCKETS && buckets > LEAST_BUCKETS)
        return buckets / 2;
    if (sockets < TARGET_SOCKETS / 4 && buckets < MOST_BUCKETS)
        return buckets * 2;
    return buckets;
}

// Walks one table in runs that are short enough.
static bool walk_table(struct csw_walker *walker, uint64_t table, struct csw_error *error)
{
    struct walk_request request = {.table = table, .buckets = LEAST_BUCKETS};
    do {
        uint64_t visited = walker->result->visited_sockets;
        LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &request, .ctx_size_in = sizeof request);
        if (bpf_prog_test_run_opts(walker->program, &options) != 0)
            return fail(error, CSW_CALL_FAILED, errno, "bpf(BPF_PROG_RUN)");
        request.first_bucket += request.buckets;
        request.buckets = next_buckets(request.buckets, walker->result->visited_sockets - visited);
        sched_yield();
    } while (request.first_bucket < walker->result->table_buckets[table]);
    return true;
}

static void copy_counts(const struct walk_result *result, struct csw_counts *counts)
{
    *counts = (struct csw_counts){
        .unknown_families = result->unknown_families,
        .recounted_chains = result->recounted_chains,
        .uncounted_chains = result->uncounted_chains,
    };
    memcpy(counts->sockets, result->sockets[WALK_OWN_NAMESPACE], sizeof counts->sockets);
    for (int family = 0; family < WALK_FAMILIES; family++)
        for (int state = 0; state < WALK_STATES; state++)
            counts->foreign_sockets += result->sockets[WALK_OTHER_NAMESPACES][family][state];
}

bool csw_walk(struct csw_walker *walker, struct csw_counts *counts, struct csw_error *error)
{
    memset(walker->result, 0, sizeof *walker->result);
    bool walked = walk_table(walker, WALK_LISTENERS, error) && walk_table(walker, WALK_CONNECTIONS, error);
    copy_counts(walker->result, counts);
    return walked;
}
