// SPDX-License-Identifier: Apache-2.0

#include "CSocketWalk.h"

#include "objects.h"
#include "walker.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

bool csw_fail(struct csw_error *error, enum csw_failure failure, int error_number, const char *call)
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

// Whether a failure says nothing of the program, and another try may go well.
static bool is_passing(int error_number)
{
    switch (error_number) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
    case EINTR:
        return true;
    default:
        return false;
    }
}

static bool load_first_form(struct csw_walker *walker, int first, int end, struct csw_error *error)
{
    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
        return csw_fail(error, CSW_NO_TYPES, errno, NULL);
    for (int form = first; form < end && !walker->object; form++) {
        walker->object = load(&csw_objects[form]);
        if (!walker->object && errno == EPERM)
            return csw_fail(error, CSW_NOT_PERMITTED, errno, "bpf");
        if (!walker->object && is_passing(errno))
            return csw_fail(error, CSW_CALL_FAILED, errno, "bpf");
    }
    return walker->object || csw_fail(error, CSW_NOT_LOADABLE, errno, "bpf");
}

static bool find_parts(struct csw_walker *walker, struct csw_error *error)
{
    struct bpf_program *program = bpf_object__find_program_by_name(walker->object, "walk_sockets");
    struct bpf_map *map = bpf_object__find_map_by_name(walker->object, ".bss.result");
    if (!program || !map || bpf_map__value_size(map) < sizeof *walker->result)
        return csw_fail(error, CSW_CALL_FAILED, ENOENT, "bpf_object__find_program_by_name");
    walker->program = bpf_program__fd(program);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    walker->result_size = (sizeof *walker->result + page - 1) / page * page;
    void *memory = mmap(NULL, walker->result_size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
    if (memory == MAP_FAILED)
        return csw_fail(error, CSW_CALL_FAILED, errno, "mmap");
    walker->result = memory;
    return true;
}

struct csw_walker *csw_open_form(int first, int end, struct csw_error *error)
{
    libbpf_set_print(print_nothing);
    struct csw_walker *walker = calloc(1, sizeof *walker);
    if (!walker) {
        csw_fail(error, CSW_CALL_FAILED, errno, "calloc");
        return NULL;
    }
    if (!load_first_form(walker, first, end, error) || !find_parts(walker, error)) {
        csw_close(walker);
        return NULL;
    }
    return walker;
}

struct csw_walker *csw_open(struct csw_error *error)
{
    return csw_open_form(0, CSW_OBJECTS, error);
}

void csw_close(struct csw_walker *walker)
{
    if (walker->result)
        munmap(walker->result, walker->result_size);
    bpf_object__close(walker->object);
    free(walker->listeners);
    free(walker);
}
