// SPDX-License-Identifier: Apache-2.0

#include "CSocketWalk.h"

#include "objects.h"
#include "walker.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
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

// Whether the processor may exchange two reads of different memory.
static bool exchanges_reads(void)
{
#ifdef __x86_64__
    return false;
#else
    return true;
#endif
}

// Loads one form of the program; returns null with errno set.
static struct bpf_object *load(const struct csw_object *form, const struct walk_setup *setup)
{
    struct bpf_object *object = bpf_object__open_mem(form->bytes, form->size, NULL);
    if (!object)
        return NULL;
    struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
    if (!map || bpf_map__set_initial_value(map, setup, sizeof *setup) != 0 || bpf_object__load(object) != 0) {
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

static struct bpf_object *load_first_form(int first, int end, const struct walk_setup *setup, struct csw_error *error)
{
    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
        csw_fail(error, CSW_NO_TYPES, errno, NULL);
        return NULL;
    }
    for (int form = first; form < end; form++) {
        struct bpf_object *object = load(&csw_objects[form], setup);
        if (object)
            return object;
        int error_number = errno;
        csw_fail(error, is_passing(error_number) ? CSW_CALL_FAILED : CSW_NOT_LOADABLE, error_number, "bpf");
        if (is_passing(error_number))
            return NULL;
        // Without the right to load one form there is none to load another.
        if (error_number == EPERM || error_number == EACCES || error_number == ENOSYS) {
            csw_fail(error, CSW_NOT_PERMITTED, error_number, "bpf");
            if (error_number != EACCES) // which the verifier says too
                return NULL;
        }
    }
    return NULL;
}

// Keeps what scans need: a descriptor of the program, and the memory of its results. With a descriptor of a map, its
// holder could write the program's own memory, in which it keeps addresses.
static bool keep_parts(struct csw_walker *walker, const struct bpf_object *object, struct csw_error *error)
{
    struct bpf_program *program = bpf_object__find_program_by_name(object, "walk_sockets");
    struct bpf_map *map = bpf_object__find_map_by_name(object, ".bss.result");
    if (!program || !map || bpf_map__value_size(map) < sizeof *walker->result)
        return csw_fail(error, CSW_CALL_FAILED, ENOENT, "bpf_object__find_program_by_name");
    walker->program = fcntl(bpf_program__fd(program), F_DUPFD_CLOEXEC, 3);
    if (walker->program < 0)
        return csw_fail(error, CSW_CALL_FAILED, errno, "fcntl");
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    walker->result_size = (sizeof *walker->result + page - 1) / page * page;
    void *memory = mmap(NULL, walker->result_size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
    if (memory == MAP_FAILED)
        return csw_fail(error, CSW_CALL_FAILED, errno, "mmap");
    walker->result = memory;
    return true;
}

static bool open_walker(struct csw_walker *walker, int first, int end, uint32_t changed_reads, struct csw_error *error)
{
    struct walk_setup setup = {.orders_reads = exchanges_reads(), .changed_reads = changed_reads};
    if (getrandom(&setup.token, sizeof setup.token, 0) != sizeof setup.token)
        return csw_fail(error, CSW_CALL_FAILED, errno, "getrandom");
    struct bpf_object *object = load_first_form(first, end, &setup, error);
    if (!object)
        return false;
    walker->token = setup.token;
    bool ok = keep_parts(walker, object, error);
    bpf_object__close(object);
    return ok;
}

struct csw_walker *csw_open_form(int first, int end, uint32_t changed_reads, struct csw_error *error)
{
    libbpf_set_print(print_nothing);
    struct csw_walker *walker = calloc(1, sizeof *walker);
    if (!walker) {
        csw_fail(error, CSW_CALL_FAILED, errno, "calloc");
        return NULL;
    }
    walker->program = -1;
    if (!open_walker(walker, first, end, changed_reads, error)) {
        csw_close(walker);
        return NULL;
    }
    return walker;
}

struct csw_walker *csw_open(struct csw_error *error)
{
    return csw_open_form(0, CSW_OBJECTS, 0, error);
}

void csw_close(struct csw_walker *walker)
{
    if (walker->result)
        munmap(walker->result, walker->result_size);
    if (walker->program >= 0)
        close(walker->program);
    csw_endpoints_free(&walker->endpoints);
    free(walker);
}
