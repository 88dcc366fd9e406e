// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "churn.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const double duration = 6; // seconds

enum {
    SCANS_BETWEEN_DUMPS = 12,
    // Sockets of the connection that is just being opened or ended, at both ends.
    IN_MOTION = 8,
};

// The program Tests/Checks/Churn/churn.c. It ends when its input closes, and then prints how many connections it
// opened.
struct churn {
    pid_t process;
    int input;
    int output;
};

static struct churn start(void)
{
    int input[2], output[2];
    require(pipe2(input, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0, "pipe2");
    pid_t process = fork();
    require(process >= 0, "fork");
    if (process == 0) {
        require(dup2(input[0], STDIN_FILENO) >= 0 && dup2(output[1], STDOUT_FILENO) >= 0, "dup2");
        execlp("churn", "churn", (char *)NULL);
        fail("execlp(churn)");
    }
    close(input[0]);
    close(output[1]);
    return (struct churn){.process = process, .input = input[1], .output = output[0]};
}

// Returns how many connections were opened, or 0 if the program failed.
static uint64_t stop(struct churn churn)
{
    char text[32] = "";
    int status;
    close(churn.input);
    ssize_t size = read(churn.output, text, sizeof text - 1);
    close(churn.output);
    require(waitpid(churn.process, &status, 0) == churn.process, "waitpid");
    return size > 0 && status == 0 ? strtoull(text, NULL, 10) : 0;
}

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time); // cannot fail
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

// What the scans between two dumps counted.
struct round {
    unsigned scans;
    uint64_t reread_chains;
    uint64_t least;
    uint64_t most;
};

// Adds a fault if a scan differs from the sockets that do not change.
static struct round scan_some(struct csw_walker *walker, const struct counts *fixed, struct check *check)
{
    static struct counts seen;
    struct round round = {.least = UINT64_MAX};
    for (; round.scans < SCANS_BETWEEN_DUMPS && !check->faults[0]; round.scans++) {
        struct walk_options options = {.by_namespace = round.scans % 2, .with_queues = round.scans / 2 % 2};
        if (!walk_scan(walker, options, check))
            break;
        walk_own_sockets(walker, &seen);
        compare_states(check, fixed, &seen, IPV6);
        uint64_t total = counts_total(&seen);
        round.least = total < round.least ? total : round.least;
        round.most = total > round.most ? total : round.most;
        round.reread_chains += walk_reread_chains(walker);
    }
    return round;
}

static void compare_totals(struct check *check, struct round round, uint64_t before, uint64_t after)
{
    uint64_t least = before < after ? before : after, most = before < after ? after : before;
    if (round.scans > 0 && (round.least + IN_MOTION < least || round.most > most + IN_MOTION))
        check_fault(check, "%" PRIu64 " to %" PRIu64 " sockets, between dumps of %" PRIu64 " and %" PRIu64, round.least,
                    round.most, before, after);
}

static uint64_t dumped_total(const struct place *place)
{
    static struct counts counts;
    netlink_dump(place->socket, TOGETHER, &counts);
    return counts_total(&counts);
}

void check_under_churn(const char *form, struct csw_walker *walker, const struct place *place)
{
    static struct counts fixed;
    struct check check = check_begin("%s: each scan under churn is exact", form);
    netlink_dump(place->socket, TOGETHER, &fixed);
    if (fixed.sockets[IPV6][ESTABLISHED] == 0)
        check_fault(&check, "there are no IPv6 connections to count");

    unsigned scans = 0;
    uint64_t reread_chains = 0;
    double began = seconds();
    struct churn churn = start();
    uint64_t before = dumped_total(place);
    while (seconds() - began < duration && !check.faults[0]) {
        struct round round = scan_some(walker, &fixed, &check);
        uint64_t after = dumped_total(place);
        compare_totals(&check, round, before, after);
        before = after;
        scans += round.scans;
        reread_chains += round.reread_chains;
    }
    uint64_t connections = stop(churn);
    if (connections == 0)
        check_fault(&check, "no connection was opened and ended");
    check_note(&check, " (%u scans, %" PRIu64 " connections, %" PRIu64 " chains read again)", scans, connections,
               reread_chains);
    check_end(&check);
}
