// SPDX-License-Identifier: Apache-2.0

#include "CBPFLoader.h"

#if !__has_include(<bpf/libbpf.h>)
#error "libbpf's headers are missing: install libbpf-dev (Debian, Ubuntu) or libbpf-devel (Fedora)"
#endif

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static bool fail(struct cbl_error *error, enum cbl_failure failure, int error_number, const char *call)
{
    *error = (struct cbl_error){.failure = failure, .error_number = error_number, .call = call};
    return false;
}

static int print_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
    (void)level, (void)format, (void)arguments;
    return 0;
}

// Sets the constants, where there are any, and loads the object. Returns false with errno set.
static bool load_object(struct bpf_object *object, const struct cbl_plan *plan)
{
    if (plan->constants) {
        struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
        if (!map || bpf_map__set_initial_value(map, plan->constants, plan->constants_size) != 0)
            return false;
    }
    return bpf_object__load(object) == 0;
}

// Returns null with errno set.
static struct bpf_object *load_form(const struct cbl_form *form, const struct cbl_plan *plan)
{
    struct bpf_object *object = bpf_object__open_mem(form->bytes, form->size, NULL);
    if (!object)
        return NULL;
    if (!load_object(object, plan)) {
        int error_number = errno;
        bpf_object__close(object);
        errno = error_number;
        return NULL;
    }
    return object;
}

// Whether a failure says nothing about the program, so that another attempt may succeed.
static bool is_temporary(int error_number)
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

// Without the right to load one form there is none to load another.
static bool is_permission(int error_number)
{
    return error_number == EPERM || error_number == EACCES || error_number == ENOSYS;
}

static struct bpf_object *load_first_form(const struct cbl_plan *plan, struct cbl_error *error)
{
    if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
        fail(error, CBL_NO_TYPES, errno, NULL);
        return NULL;
    }
    for (size_t i = 0; i < plan->form_count; i++) {
        struct bpf_object *object = load_form(&plan->forms[i], plan);
        if (object)
            return object;
        int error_number = errno;
        if (is_temporary(error_number)) {
            fail(error, CBL_CALL_FAILED, error_number, "bpf");
            return NULL;
        }
        fail(error, is_permission(error_number) ? CBL_NOT_PERMITTED : CBL_NOT_LOADABLE, error_number, "bpf");
        // EACCES may also be the verifier's answer to one form.
        if (is_permission(error_number) && error_number != EACCES)
            return NULL;
    }
    return NULL;
}

// The descriptor stays open when the object is closed.
static bool keep_program(const struct bpf_object *object, struct cbl_program *program, struct cbl_error *error)
{
    enum { FIRST_BEYOND_STANDARD_STREAMS = 3 };
    struct bpf_program *found = bpf_object__find_program_by_name(object, program->name);
    if (!found)
        return fail(error, CBL_CALL_FAILED, ENOENT, "bpf_object__find_program_by_name");
    program->descriptor = fcntl(bpf_program__fd(found), F_DUPFD_CLOEXEC, FIRST_BEYOND_STANDARD_STREAMS);
    if (program->descriptor < 0)
        return fail(error, CBL_CALL_FAILED, errno, "fcntl");
    return true;
}

static size_t whole_pages(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (size + page - 1) / page * page;
}

// The mapping stays when the object is closed.
static bool keep_memory(const struct bpf_object *object, struct cbl_memory *memory, struct cbl_error *error)
{
    struct bpf_map *map = bpf_object__find_map_by_name(object, memory->map);
    if (!map || bpf_map__value_size(map) < memory->size)
        return fail(error, CBL_CALL_FAILED, ENOENT, "bpf_object__find_map_by_name");
    void *address = mmap(NULL, whole_pages(memory->size), PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
    if (address == MAP_FAILED)
        return fail(error, CBL_CALL_FAILED, errno, "mmap");
    memory->address = address;
    return true;
}

static bool keep_parts(const struct bpf_object *object, const struct cbl_plan *plan, struct cbl_error *error)
{
    for (size_t i = 0; i < plan->program_count; i++)
        if (!keep_program(object, &plan->programs[i], error))
            return false;
    for (size_t i = 0; i < plan->memory_count; i++)
        if (!keep_memory(object, &plan->memories[i], error))
            return false;
    return true;
}

bool cbl_load(const struct cbl_plan *plan, struct cbl_error *error)
{
    libbpf_set_print(print_nothing);
    for (size_t i = 0; i < plan->program_count; i++)
        plan->programs[i].descriptor = -1;
    for (size_t i = 0; i < plan->memory_count; i++)
        plan->memories[i].address = NULL;
    struct bpf_object *object = load_first_form(plan, error);
    if (!object)
        return false;
    bool ok = keep_parts(object, plan, error);
    // Closes all descriptors of maps.
    bpf_object__close(object);
    if (!ok)
        cbl_unload(plan->programs, plan->program_count, plan->memories, plan->memory_count);
    return ok;
}

void cbl_unload(struct cbl_program *programs, size_t program_count, struct cbl_memory *memories, size_t memory_count)
{
    for (size_t i = 0; i < program_count; i++) {
        if (programs[i].descriptor >= 0)
            close(programs[i].descriptor);
        programs[i].descriptor = -1;
    }
    for (size_t i = 0; i < memory_count; i++) {
        if (memories[i].address)
            munmap(memories[i].address, whole_pages(memories[i].size));
        memories[i].address = NULL;
    }
}

int cbl_run(const struct cbl_program *program, void *context, size_t size, uint32_t *result)
{
    LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = context, .ctx_size_in = (uint32_t)size);
    if (bpf_prog_test_run_opts(program->descriptor, &options) != 0)
        return errno;
    *result = options.retval;
    return 0;
}
