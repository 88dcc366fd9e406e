// SPDX-License-Identifier: Apache-2.0
//
// Counts the kernel's TCP sockets with a BPF program that walks the hash tables in place: no message for each socket,
// no lock, no reference.
//
// A walker belongs to one thread at a time. It walks the tables of the network namespace of the thread that calls
// `csw_walk`; the table that most namespaces share holds the sockets of all of them, which are counted apart.

#ifndef CSOCKETWALK_H
#define CSOCKETWALK_H

#include <stdbool.h>
#include <stdint.h>

#if __has_include(<ptrcheck.h>)
#include <ptrcheck.h>
#endif
#ifndef __noescape
#if __has_attribute(noescape)
#define __noescape __attribute__((noescape))
#else
#define __noescape
#endif
#endif

#pragma clang assume_nonnull begin

/// Indices of the families in `struct csw_counts`.
enum { CSW_IPV4 = 0, CSW_IPV6 = 1, CSW_FAMILIES = 2 };

/// One more than the largest socket state counted, by the kernel's numbers (TCP_ESTABLISHED is 1).
enum { CSW_STATES = 16 };

/// What one walk counted.
struct csw_counts {
    /// Sockets of the thread's own network namespace by family and state. NEW_SYN_RECV is counted as SYN_RECV, and
    /// minisockets by what they stand for, as sock_diag reports them.
    uint64_t sockets[CSW_FAMILIES][CSW_STATES];
    /// Sockets of other network namespaces in the same tables.
    uint64_t foreign_sockets;
    /// Sockets left out because their family is neither IPv4 nor IPv6.
    uint64_t unknown_families;
    /// How often a chain was read again because a socket left or joined it meanwhile.
    uint64_t recounted_chains;
    /// Chains that changed at each try, or are longer than 65,536 sockets: their sockets are in no count.
    uint64_t uncounted_chains;
};

/// Sockets of a family (`CSW_IPV4`, `CSW_IPV6`) in a state (below `CSW_STATES`); 0 for any other index.
static inline uint64_t csw_sockets(const struct csw_counts *__noescape counts, unsigned family, unsigned state)
{
    return family < CSW_FAMILIES && state < CSW_STATES ? counts->sockets[family][state] : 0;
}

enum csw_failure {
    CSW_NO_FAILURE = 0,
    /// The kernel does not describe its types (no /sys/kernel/btf/vmlinux).
    CSW_NO_TYPES,
    /// This process may not load BPF programs.
    CSW_NOT_PERMITTED,
    /// The kernel's verifier refused every form of the program.
    CSW_NOT_LOADABLE,
    /// Another call failed.
    CSW_CALL_FAILED,
};

/// The reason of a failure.
struct csw_error {
    enum csw_failure failure;
    /// An errno, or 0 where the failure has none.
    int error_number;
    /// The call that failed, a static string, or null.
    const char *_Nullable call;
};

/// A loaded BPF program.
struct csw_walker;

/// Loads the program in the best form that the kernel takes; the caller closes it with `csw_close`.
/// Returns null with `error` set when it fails.
struct csw_walker *_Nullable csw_open(struct csw_error *__noescape error);

/// Unloads the program.
void csw_close(struct csw_walker *walker);

/// Counts all sockets. Returns false with `error` set when it fails; the counts are then partial.
bool csw_walk(struct csw_walker *__noescape walker, struct csw_counts *__noescape counts,
              struct csw_error *__noescape error);

#pragma clang assume_nonnull end

#endif
