// SPDX-License-Identifier: Apache-2.0

// For setns.
#define _GNU_SOURCE

#include "CNetlink.h"

#include <errno.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

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

struct order {
    int descriptor;
    struct cnl_options options;
    struct cnl_error *error;
    struct cnl_socket *socket;
};

static void *open_there(void *context)
{
    struct order *order = context;
    if (setns(order->descriptor, CLONE_NEWNET) == 0)
        order->socket = cnl_open(order->options, order->error);
    else
        *order->error = (struct cnl_error){.failure = CNL_SYSTEM_CALL_FAILED, .error_number = errno, .call = "setns"};
    return NULL;
}

// A thread of its own, which ends: one that cannot go back to its own namespace would take what it does next along.
struct cnl_socket *cnl_open_in_namespace(int descriptor, struct cnl_options options, struct cnl_error *error)
{
    struct order order = {.descriptor = descriptor, .options = options, .error = error};
    pthread_t thread;
    int error_number = pthread_create(&thread, NULL, open_there, &order);
    if (error_number == 0)
        error_number = pthread_join(thread, NULL);
    else
        *error = (struct cnl_error){
            .failure = CNL_SYSTEM_CALL_FAILED, .error_number = error_number, .call = "pthread_create"};
    return order.socket;
}
