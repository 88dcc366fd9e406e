// SPDX-License-Identifier: Apache-2.0
//
// Loads BPF programs that are compiled into the executable, in the best form that the kernel accepts, and runs them.
//
// After loading, only what the plan names is kept: descriptors of programs and mappings of memory. Every descriptor of
// a map is closed: it would let its holder write the memory of the program, which holds addresses of the kernel.

#ifndef CBPFLOADER_H
#define CBPFLOADER_H

#include "CSocketTypes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum cbl_failure {
    CBL_NO_FAILURE = 0,
    /// The kernel does not describe its types (no /sys/kernel/btf/vmlinux).
    CBL_NO_TYPES,
    /// This process may not load BPF programs.
    CBL_NOT_PERMITTED,
    /// The kernel's verifier refused every form of the program.
    CBL_NOT_LOADABLE,
    /// Another call failed: another attempt may succeed.
    CBL_CALL_FAILED,
};

/// The reason of a failure.
struct cbl_error {
    enum cbl_failure failure;
    /// An errno, or 0 where the failure has none.
    int error_number;
    /// The call that failed, a static string, or null.
    const char *_Nullable call;
};

/// One compiled form of an object, as an ELF file in memory.
struct cbl_form {
    const unsigned char *bytes;
    size_t size;
};

/// A program that is kept.
struct cbl_program {
    /// The name of its function.
    const char *name;
    /// Its descriptor; -1 while it is not loaded.
    int descriptor;
};

/// The memory of a map that is kept, shared with the program.
struct cbl_memory {
    /// The name of the map.
    const char *map;
    /// How many bytes are mapped. The map has at least as many.
    size_t size;
    /// Where they are; null while the object is not loaded.
    void *_Nullable address;
};

/// What to load, and what to keep of it.
struct cbl_plan {
    /// The forms of the object, best first. All have the same programs and maps.
    const struct cbl_form *__counted_by(form_count) forms;
    size_t form_count;
    /// The constants of the program (`.rodata`), which nobody can write once it is loaded.
    const void *_Nullable __counted_by(constants_size) constants;
    size_t constants_size;
    struct cbl_program *__counted_by(program_count) programs;
    size_t program_count;
    struct cbl_memory *__counted_by(memory_count) memories;
    size_t memory_count;
};

/// Loads the first form that the kernel accepts, and fills the plan's programs and memories. Needs CAP_BPF and
/// CAP_PERFMON; what is kept can be used without them (programs run by request: since Linux 5.19).
///
/// - Returns: false with `error` set when it fails; nothing is kept then.
bool cbl_load(const struct cbl_plan *__noescape plan, struct cbl_error *__noescape error);

/// Closes the programs and unmaps the memories of a plan, those that are loaded.
void cbl_unload(struct cbl_program *_Nullable __noescape __counted_by(program_count) programs, size_t program_count,
                struct cbl_memory *_Nullable __noescape __counted_by(memory_count) memories, size_t memory_count);

/// Runs a program once with a context of its type.
///
/// - Returns: 0 with `result` set to what the program returned, or the errno of the call.
int cbl_run(const struct cbl_program *__noescape program, void *__noescape __counted_by(size) context, size_t size,
            uint32_t *__noescape result);

#pragma clang assume_nonnull end

#endif
