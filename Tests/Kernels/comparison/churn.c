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

// Sockets of the connection that is just being opened or ended, at both ends.
enum { IN_MOTION = 8 };

// The program Tests/Churn/churn.c. It ends when its input closes, and then prints how many connections it opened.
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

static void compare_totals(struct check *check, const struct counts *before, const struct counts *seen,
                           const struct counts *after)
{
    uint64_t first = counts_total(before), second = counts_total(after), total = counts_total(seen);
    uint64_t least = first < second ? first : second, most = first < second ? second : first;
    if (total + IN_MOTION < least || total > most + IN_MOTION)
        check_fault(check, "%" PRIu64 " sockets, not between %" PRIu64 " and %" PRIu64, total, least, most);
}

// Checks one scan between two dumps.
static bool is_scan_exact(struct csw_walker *walker, struct walk_options options, const struct place *place,
                          const struct counts *fixed, struct check *check)
{
    static struct counts before, seen, after;
    netlink_dump(place->socket, TOGETHER, &before);
    if (!walk_scan(walker, options, check))
        return false;
    walk_own_counts(walker, &seen);
    netlink_dump(place->socket, TOGETHER, &after);
    compare_states(check, fixed, &seen, IPV6);
    compare_totals(check, &before, &seen, &after);
    return !check->faults[0];
}

void check_under_churn(const char *form, struct csw_walker *walker, const struct place *place)
{
    static struct counts fixed;
    struct check check = check_begin("%s: each scan under churn is exact", form);
    netlink_dump(place->socket, TOGETHER, &fixed);
    if (fixed.sockets[IPV6][ESTABLISHED] == 0)
        check_fault(&check, "there are no IPv6 connections to count");

    unsigned scans = 0;
    uint64_t reread = 0;
    double began = seconds();
    struct churn churn = start();
    while (seconds() - began < duration && !check.faults[0]) {
        struct walk_options options = {.by_namespace = scans % 2, .with_queues = scans / 2 % 2};
        if (is_scan_exact(walker, options, place, &fixed, &check))
            scans++;
        reread += walk_reread_chains(walker);
    }
    uint64_t connections = stop(churn);
    if (connections == 0)
        check_fault(&check, "no connection was opened and ended");
    check_note(&check, " (%u scans, %" PRIu64 " connections, %" PRIu64 " chains read again)", scans, connections,
               reread);
    check_end(&check);
}
