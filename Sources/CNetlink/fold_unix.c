// SPDX-License-Identifier: Apache-2.0

#include "CNetlinkUNIX.h"

#include "fold.h"

#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

_Static_assert(sizeof(struct unix_diag_msg) == 16, "the layout of the kernel's interface");
_Static_assert(sizeof(struct unix_diag_req) == 24, "the layout of the kernel's interface");

// The last attribute that this file was written against (UNIX_DIAG_UID of Linux 5.3 to 6.18), spelled out so that the
// count of unknown ones does not depend on the headers at build time. The first, UNIX_DIAG_NAME, is 0.
enum { LAST_KNOWN_ATTRIBUTE = 7 };

// What is read of a socket's attributes.
struct attributes {
    const uint8_t *name;
    size_t name_size;
    bool has_queues;
    struct unix_diag_rqlen queues;
};

// MARK: Listeners

static int compare_names(const struct cnl_unix_listener *one, const struct cnl_unix_listener *other)
{
    size_t common = one->name_size < other->name_size ? one->name_size : other->name_size;
    int order = memcmp(one->name, other->name, common);
    return order != 0 ? order : (int)one->name_size - (int)other->name_size;
}

static bool precedes(const struct cnl_unix_listener *one, const struct cnl_unix_listener *other)
{
    bool is_full = cnl_unix_listener_is_full(one);
    if (is_full != cnl_unix_listener_is_full(other))
        return is_full;
    if (one->backlog != other->backlog)
        return one->backlog > other->backlog;
    int order = compare_names(one, other);
    if (order != 0)
        return order < 0;
    return one->backlog_limit > other->backlog_limit;
}

static void add_to_rest(struct cnl_unix_listeners *list, const struct cnl_unix_listener *listener)
{
    list->rest_sockets++;
    list->rest_full_sockets += cnl_unix_listener_is_full(listener);
    list->rest_backlog += listener->backlog;
    list->rest_backlog_limit += listener->backlog_limit;
}

// The records are a heap: none precedes those below it, so that the first one is the first to leave.

static void put_at_end(struct cnl_unix_listeners *list, const struct cnl_unix_listener *listener)
{
    struct cnl_unix_listener *records = list->records;
    size_t place = list->count++;
    while (place > 0) {
        size_t parent = (place - 1) / 2;
        if (!precedes(&records[parent], listener))
            break;
        records[place] = records[parent];
        place = parent;
    }
    records[place] = *listener;
}

static void put_at_start(struct cnl_unix_listeners *list, const struct cnl_unix_listener *listener)
{
    struct cnl_unix_listener *records = list->records;
    size_t place = 0;
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= list->count)
            break;
        if (child + 1 < list->count && precedes(&records[child], &records[child + 1]))
            child++;
        if (!precedes(listener, &records[child]))
            break;
        records[place] = records[child];
        place = child;
    }
    records[place] = *listener;
}

static void list_listener(struct cnl_unix_listeners *list, const struct attributes *attributes)
{
    struct cnl_unix_listener listener = {
        .backlog = attributes->queues.udiag_rqueue,
        .backlog_limit = attributes->queues.udiag_wqueue,
    };
    size_t size = attributes->name_size;
    // The kernel ends a path with a 0 byte, which no path contains. In an abstract name it is a byte like others.
    if (size > 0 && attributes->name[0] != 0 && attributes->name[size - 1] == 0)
        size--;
    if (size == 0 || size > sizeof listener.name) {
        add_to_rest(list, &listener);
        return;
    }
    listener.name_size = (uint16_t)size;
    memcpy(listener.name, attributes->name, size);
    if (list->count < list->capacity) {
        put_at_end(list, &listener);
    } else if (list->count > 0 && precedes(&listener, &list->records[0])) {
        add_to_rest(list, &list->records[0]);
        put_at_start(list, &listener);
    } else {
        add_to_rest(list, &listener);
    }
}

// MARK: Messages

static bool read_attribute(struct attributes *attributes, const struct cnl_attribute *attribute)
{
    switch (attribute->type) {
    case UNIX_DIAG_NAME:
        attributes->name = attribute->value;
        attributes->name_size = attribute->size;
        return true;
    case UNIX_DIAG_RQLEN:
        if (attribute->size < sizeof attributes->queues)
            return false;
        memcpy(&attributes->queues, attribute->value, sizeof attributes->queues);
        attributes->has_queues = true;
        return true;
    default:
        return true;
    }
}

static bool read_attributes(struct attributes *attributes, struct cnl_unix_counts *counts, struct cnl_attributes rest)
{
    struct cnl_attribute attribute;
    enum cnl_attribute_step step;
    while ((step = cnl_next_attribute(&rest, &attribute)) == CNL_ATTRIBUTE) {
        if (attribute.type > LAST_KNOWN_ATTRIBUTE)
            counts->unknown_attributes++;
        else if (!read_attribute(attributes, &attribute))
            return false;
    }
    return step == CNL_NO_ATTRIBUTE;
}

// `CNL_UNIX_KINDS` for one that is not known.
static unsigned counted_kind(uint8_t type)
{
    switch (type) {
    case SOCK_STREAM:
        return CNL_UNIX_STREAM;
    case SOCK_DGRAM:
        return CNL_UNIX_DGRAM;
    case SOCK_SEQPACKET:
        return CNL_UNIX_SEQPACKET;
    default:
        return CNL_UNIX_KINDS;
    }
}

static bool is_known_state(unsigned kind, unsigned state)
{
    return state == CST_ESTABLISHED || state == CST_CLOSE || (state == CST_LISTEN && kind != CNL_UNIX_DGRAM);
}

// Returns false for a listener without the queues that were asked for.
static bool count_socket(const struct cnl_unix_fold *fold, const struct unix_diag_msg *message,
                         const struct attributes *attributes)
{
    struct cnl_unix_counts *counts = fold->counts;
    if (message->udiag_family != AF_UNIX) {
        counts->unknown_families++;
        return true;
    }
    unsigned kind = counted_kind(message->udiag_type);
    if (kind == CNL_UNIX_KINDS) {
        counts->unknown_kinds++;
        return true;
    }
    if (!is_known_state(kind, message->udiag_state)) {
        counts->unknown_states++;
        return true;
    }
    if (message->udiag_state == CST_LISTEN && fold->listeners) {
        if (!attributes->has_queues)
            return false;
        list_listener(fold->listeners, attributes);
    }
    counts->sockets[kind][message->udiag_state]++;
    return true;
}

// Reads a `struct unix_diag_msg` and its attributes.
static bool read_socket(void *context, const uint8_t *payload, size_t size)
{
    const struct cnl_unix_fold *fold = context;
    struct unix_diag_msg message;
    if (size < sizeof message)
        return false;
    struct attributes attributes = {0};
    if (!read_attributes(&attributes, fold->counts, cnl_attributes(payload + sizeof message, size - sizeof message)))
        return false;
    memcpy(&message, payload, sizeof message);
    return count_socket(fold, &message, &attributes);
}

struct cnl_reader cnl_unix_reader(struct cnl_unix_fold *fold)
{
    return (struct cnl_reader){
        .read = read_socket, .context = fold, .unknown_messages = &fold->counts->unknown_messages};
}

bool cnl_unix_dump(struct cnl_socket *socket, const struct cnl_unix_request *request, struct cnl_unix_counts *counts,
                   struct cnl_error *error)
{
    struct cnl_unix_fold fold = {.counts = counts, .listeners = request->listeners};
    struct unix_diag_req payload = {
        .sdiag_family = AF_UNIX,
        .udiag_states = request->states,
        .udiag_show = request->listeners ? UDIAG_SHOW_NAME | UDIAG_SHOW_RQLEN : 0,
    };
    struct cnl_request message = {.message_type = SOCK_DIAG_BY_FAMILY, .payload = &payload, .size = sizeof payload};
    return cnl_dump(socket, &message, cnl_unix_reader(&fold), error);
}
