// SPDX-License-Identifier: Apache-2.0

// For setns.
#define _GNU_SOURCE

#include "CNetlinkNamespace.h"

#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

// SO_NETNS_COOKIE, which userland's headers lack where they are old.
enum { NETNS_COOKIE_OPTION = 71 };

_Static_assert(CNL_INTERFACE_NAME_SIZE == IFNAMSIZ, "room for every name");

enum cnl_namespace_file cnl_namespace_file(int descriptor)
{
    struct statfs status;
    // Asked first: a device may take the number of the request for one of its own.
    if (fstatfs(descriptor, &status) != 0 || status.f_type != NSFS_MAGIC)
        return CNL_NO_NAMESPACE;
    return ioctl(descriptor, NS_GET_NSTYPE) == CLONE_NEWNET ? CNL_NETWORK_NAMESPACE : CNL_OTHER_NAMESPACE;
}

int cnl_enter_namespace(int descriptor)
{
    return setns(descriptor, CLONE_NEWNET) == 0 ? 0 : errno;
}

// Runs `work` on a thread of its own, which ends: a thread that could not go back to its own namespace would do its
// later work in the wrong one.
static bool run_on_thread(void *(*work)(void *), void *order, struct cnl_error *error)
{
    pthread_t thread;
    int error_number = pthread_create(&thread, NULL, work, order);
    if (error_number != 0) {
        *error = (struct cnl_error){
            .failure = CNL_SYSTEM_CALL_FAILED, .error_number = error_number, .call = "pthread_create"};
        return false;
    }
    pthread_join(thread, NULL);
    return true;
}

static bool enter(int descriptor, struct cnl_error *error)
{
    if (setns(descriptor, CLONE_NEWNET) == 0)
        return true;
    *error = (struct cnl_error){.failure = CNL_SYSTEM_CALL_FAILED, .error_number = errno, .call = "setns"};
    return false;
}

struct socket_order {
    int descriptor;
    struct cnl_error *error;
    struct cnl_socket *socket;
};

static void *open_socket_there(void *context)
{
    struct socket_order *order = context;
    if (enter(order->descriptor, order->error))
        order->socket = cnl_open(order->error);
    return NULL;
}

struct cnl_socket *cnl_open_in_namespace(int descriptor, struct cnl_error *error)
{
    struct socket_order order = {.descriptor = descriptor, .error = error};
    return run_on_thread(open_socket_there, &order, error) ? order.socket : NULL;
}

struct file_order {
    int descriptor;
    const char *path;
    struct cnl_error *error;
    int file;
};

static void *open_file_there(void *context)
{
    struct file_order *order = context;
    if (!enter(order->descriptor, order->error))
        return NULL;
    order->file = open(order->path, O_RDONLY | O_CLOEXEC);
    if (order->file < 0)
        *order->error = (struct cnl_error){.failure = CNL_SYSTEM_CALL_FAILED, .error_number = errno, .call = "open"};
    return NULL;
}

int cnl_open_file_in_namespace(int descriptor, const char *path, struct cnl_error *error)
{
    struct file_order order = {.descriptor = descriptor, .path = path, .error = error, .file = -1};
    return run_on_thread(open_file_there, &order, error) ? order.file : -1;
}

uint64_t cnl_namespace_cookie(const struct cnl_socket *socket)
{
    uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    int result = getsockopt(mnl_socket_get_fd(socket->mnl), SOL_SOCKET, NETNS_COOKIE_OPTION, &cookie, &size);
    return result == 0 && size == sizeof cookie ? cookie : 0;
}

// if_indextoname(3) asks in the calling thread's namespace; this socket's is the one that was counted. The ioctl is the
// same for a socket of any family.
bool cnl_interface_name(const struct cnl_socket *socket, uint32_t index, char *name)
{
    if (index > INT32_MAX)
        return false;
    struct ifreq request = {.ifr_ifindex = (int)index};
    if (ioctl(mnl_socket_get_fd(socket->mnl), SIOCGIFNAME, &request) != 0)
        return false;
    memcpy(name, request.ifr_name, CNL_INTERFACE_NAME_SIZE);
    name[CNL_INTERFACE_NAME_SIZE - 1] = 0;
    return true;
}
