// SPDX-License-Identifier: Apache-2.0
//
// Passes any bytes to `cnl_reply_datagram` with the reader of UNIX sockets, which must not fault, must not count more
// than the bytes hold, and must lose no listener, whatever there is room for. See README.md.

#include "fuzzing.h"

#include <linux/unix_diag.h>

enum { SMALLEST_UNIX_MESSAGE = sizeof(struct nlmsghdr) + sizeof(struct unix_diag_msg), MOST_RECORDS = 64 };

struct outcome {
    enum cnl_progress progress;
    struct cnl_unix_counts counts;
    struct cnl_unix_listeners listeners;
    struct cnl_unix_listener records[MOST_RECORDS];
};

// With room for some listeners, or without a list where there is none.
static void play(struct outcome *outcome, const uint8_t *data, size_t size, bool has_list, size_t capacity)
{
    outcome->counts = (struct cnl_unix_counts){0};
    outcome->listeners = (struct cnl_unix_listeners){.records = outcome->records, .capacity = capacity};
    struct cnl_unix_fold fold = {.counts = &outcome->counts, .listeners = has_list ? &outcome->listeners : NULL};
    struct cnl_reply reply = expected_reply(data, size);
    reply.reader = cnl_unix_reader(&fold);
    outcome->progress = cnl_reply_datagram(&reply, data, size);
    check_error(outcome->progress, &reply.error);
}

static uint64_t in_state(const struct cnl_unix_counts *counts, unsigned state)
{
    uint64_t sockets = 0;
    for (unsigned kind = 0; kind < CNL_UNIX_KINDS; kind++)
        sockets += cnl_unix_sockets(counts, kind, state);
    return sockets;
}

static void check_counts(const struct cnl_unix_counts *counts, size_t size)
{
    uint64_t known = 0, sockets = counts->unknown_families + counts->unknown_kinds + counts->unknown_states;
    for (unsigned state = 0; state < CST_STATES; state++)
        sockets += in_state(counts, state);
    known = in_state(counts, CST_ESTABLISHED) + in_state(counts, CST_CLOSE) + in_state(counts, CST_LISTEN);
    REQUIRE(sockets <= size / SMALLEST_UNIX_MESSAGE);
    REQUIRE(sockets == known + counts->unknown_families + counts->unknown_kinds + counts->unknown_states);
    REQUIRE(cnl_unix_sockets(counts, CNL_UNIX_DGRAM, CST_LISTEN) == 0);
    REQUIRE(counts->unknown_attributes <= size / sizeof(struct nlattr));
    REQUIRE(counts->unknown_messages <= size / sizeof(struct nlmsghdr));
}

static void check_record(const struct cnl_unix_listener *record)
{
    REQUIRE(record->name_size > 0 && record->name_size <= CNL_UNIX_NAME_SIZE);
    for (size_t i = record->name_size; i < CNL_UNIX_NAME_SIZE; i++)
        REQUIRE(record->name[i] == 0);
}

// The rest, with what is listed added to it.
static struct cnl_unix_listeners sums(const struct cnl_unix_listeners *listeners)
{
    struct cnl_unix_listeners sums = *listeners;
    for (size_t i = 0; i < listeners->count; i++) {
        const struct cnl_unix_listener *record = &listeners->records[i];
        sums.rest_sockets++;
        sums.rest_full_sockets += cnl_unix_listener_is_full(record);
        sums.rest_backlog += record->backlog;
        sums.rest_backlog_limit += record->backlog_limit;
    }
    return sums;
}

static void check_listeners(const struct outcome *outcome)
{
    REQUIRE(outcome->listeners.count <= outcome->listeners.capacity);
    for (size_t i = 0; i < outcome->listeners.count; i++)
        check_record(&outcome->listeners.records[i]);
    REQUIRE(sums(&outcome->listeners).rest_sockets == in_state(&outcome->counts, CST_LISTEN));
}

// A full queue is not left out for one that is not, nor a longer one for a shorter.
static void check_order(const struct outcome *some, const struct outcome *most)
{
    uint64_t full = 0, more_full = 0;
    uint32_t shortest = UINT32_MAX;
    for (size_t i = 0; i < some->listeners.count; i++) {
        const struct cnl_unix_listener *record = &some->listeners.records[i];
        full += cnl_unix_listener_is_full(record);
        if (!cnl_unix_listener_is_full(record) && record->backlog < shortest)
            shortest = record->backlog;
    }
    for (size_t i = 0; i < most->listeners.count; i++)
        more_full += cnl_unix_listener_is_full(&most->listeners.records[i]);
    uint64_t room = some->listeners.capacity;
    if (most->listeners.rest_sockets > 0)
        return;
    REQUIRE(full == (more_full < room ? more_full : room));
    REQUIRE(some->listeners.count == (most->listeners.count < room ? most->listeners.count : room));
    size_t longer = 0;
    for (size_t i = 0; i < most->listeners.count; i++) {
        const struct cnl_unix_listener *record = &most->listeners.records[i];
        longer += !cnl_unix_listener_is_full(record) && record->backlog > shortest;
    }
    REQUIRE(full + longer <= room);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    static struct outcome most, some, none, without;
    uint8_t *data = copy_input(input, size);
    play(&most, data, size, true, MOST_RECORDS);
    check_counts(&most.counts, size);
    check_listeners(&most);

    play(&some, data, size, true, 3);
    play(&none, data, size, true, 0);
    const struct outcome *const others[] = {&some, &none};
    struct cnl_unix_listeners all = sums(&most.listeners);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        check_listeners(others[i]);
        struct cnl_unix_listeners same = sums(&others[i]->listeners);
        REQUIRE(others[i]->progress == most.progress);
        REQUIRE(memcmp(&others[i]->counts, &most.counts, sizeof most.counts) == 0);
        REQUIRE(same.rest_full_sockets == all.rest_full_sockets && same.rest_backlog == all.rest_backlog);
        REQUIRE(same.rest_backlog_limit == all.rest_backlog_limit);
    }
    check_order(&some, &most);

    // Without a list the queues may be missing.
    play(&without, data, size, false, 0);
    check_counts(&without.counts, size);
    if (most.progress != CNL_FAILED)
        REQUIRE(without.progress == most.progress && memcmp(&without.counts, &most.counts, sizeof most.counts) == 0);
    REQUIRE(size == 0 || memcmp(data, input, size) == 0);
    free(data);
    return 0;
}
