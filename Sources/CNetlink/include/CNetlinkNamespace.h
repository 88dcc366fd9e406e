// SPDX-License-Identifier: Apache-2.0
//
// The network namespaces that sockets are opened in.

#ifndef CNETLINK_NAMESPACE_H
#define CNETLINK_NAMESPACE_H

#include "CNetlinkConversation.h"

#pragma clang assume_nonnull begin

/// Opens a socket in the network namespace of a descriptor (`/proc/PID/ns/net`), on a thread of its own that enters it.
/// Needs CAP_SYS_ADMIN there. Once open it can be used from any thread; it keeps the namespace alive.
struct cnl_socket *_Nullable cnl_open_in_namespace(int descriptor, struct cnl_error *__noescape error);

/// What the file of a descriptor stands for.
enum cnl_namespace_file {
    CNL_NO_NAMESPACE,
    CNL_NETWORK_NAMESPACE,
    /// A namespace of another kind, such as that of process numbers.
    CNL_OTHER_NAMESPACE,
};
enum cnl_namespace_file cnl_namespace_file(int descriptor);

/// Moves the calling thread, and the threads that it starts later, into the network namespace of a descriptor. Needs
/// CAP_SYS_ADMIN there and here.
///
/// - Returns: 0, or the errno.
int cnl_enter_namespace(int descriptor);

/// Opens a file for reading in the network namespace of a descriptor, on a thread of its own that enters it: the files
/// under /proc/sys/net are those of the namespace in which they are opened. Needs CAP_SYS_ADMIN there and here. Once
/// open it can be read from any thread, and does not keep the namespace alive.
///
/// - Returns: the descriptor, or -1 with `error` set; its call is `setns`, `open` or `pthread_create`.
int cnl_open_file_in_namespace(int descriptor, const char *__noescape path, struct cnl_error *__noescape error);

/// The number of the network namespace in which the socket was opened (SO_NETNS_COOKIE), which the kernel never gives
/// out again; 0 where the kernel does not report it (before Linux 5.14).
uint64_t cnl_namespace_cookie(const struct cnl_socket *__noescape socket);

/// Room for the name of a network interface, with the 0 at its end.
enum { CNL_INTERFACE_NAME_SIZE = 16 };

/// Writes the name of a network interface of the namespace in which the socket was opened, whatever the namespace of
/// the calling thread. Returns false where there is no such interface.
bool cnl_interface_name(const struct cnl_socket *__noescape socket, uint32_t index,
                        char *__noescape __counted_by(CNL_INTERFACE_NAME_SIZE) name);

#pragma clang assume_nonnull end

#endif
