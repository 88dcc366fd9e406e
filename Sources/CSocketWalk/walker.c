// SPDX-License-Identifier: Apache-2.0

#include "walker.h"

#include "objects.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

bool csw_fail(struct csw_error *error, enum csw_failure failure, int error_number, const char *call)
{
    *error = (struct csw_error){.failure = failure, .error_number = error_number, .call = call};
    return false;
}

// Whether the processor may exchange two reads of different memory.
static bool exchanges_reads(void)
{
#ifdef __x86_64__
    return false;
#else
    return true;
#endif
}

static bool load(struct csw_walker *walker, int first, int end, struct walk_setup setup, struct cbl_error *error)
{
    if (getrandom(&setup.token, sizeof setup.token, 0) != sizeof setup.token ||
        getrandom(&setup.destination_keys, sizeof setup.destination_keys, 0) != sizeof setup.destination_keys) {
        *error = (struct cbl_error){.failure = CBL_CALL_FAILED, .error_number = errno, .call = "getrandom"};
        return false;
    }
    walker->token = setup.token;
    struct cbl_plan plan = {
        .forms = csw_objects + first,
        .form_count = (size_t)(end - first),
        .constants = &setup,
        .constants_size = sizeof setup,
        .programs = &walker->program,
        .program_count = 1,
        .memories = &walker->memory,
        .memory_count = 1,
    };
    return cbl_load(&plan, error);
}

struct csw_walker *csw_open_form(int first, int end, unsigned folds, uint32_t changed_reads, struct cbl_error *error)
{
    struct csw_walker *walker = calloc(1, sizeof *walker);
    if (!walker) {
        *error = (struct cbl_error){.failure = CBL_CALL_FAILED, .error_number = errno, .call = "calloc"};
        return NULL;
    }
    walker->program = (struct cbl_program){.name = "walk_sockets", .descriptor = -1};
    walker->memory = (struct cbl_memory){.map = ".bss.result", .size = sizeof(struct walk_result)};
    struct walk_setup setup = {
        .orders_reads = exchanges_reads(),
        .changed_reads = changed_reads,
        .folds = folds,
    };
    if (!load(walker, first, end, setup, error)) {
        csw_close(walker);
        return NULL;
    }
    return walker;
}

struct csw_walker *csw_open(unsigned folds, struct cbl_error *error)
{
    return csw_open_form(0, CSW_OBJECTS, folds, 0, error);
}

void csw_close(struct csw_walker *walker)
{
    cbl_unload(&walker->program, 1, &walker->memory, 1);
    csw_endpoints_free(&walker->endpoints);
    csw_udp_ports_free(&walker->udp_ports);
    free(walker);
}
