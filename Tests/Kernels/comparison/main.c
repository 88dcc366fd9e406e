// SPDX-License-Identifier: Apache-2.0
//
// Checks on the running kernel that each form of the BPF walk that it should take counts what netlink dumps.
//
//   compare-sources POPULATION ORDERED CHURNING
//
// POPULATION is the path of a network namespace with sockets that stay as they are, ORDERED a file that tells their
// numbers (`STATE IPV4 IPV6`), and CHURNING the path of another one with IPv6 sockets, in which IPv4 connections are
// opened and ended. The last line tells how many checks there were. Exit code 1: something that the checks need failed.

#include "churn.h"
#include "frozen.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

enum { POPULATION, CHURNING, PLACES };
enum { SCANS = 1000 };

static bool is_kernel_at_least(unsigned major, unsigned minor)
{
    struct utsname name;
    unsigned its_major = 0, its_minor = 0;
    require(uname(&name) == 0, "uname");
    require(sscanf(name.release, "%u.%u", &its_major, &its_minor) == 2, "reading the kernel's version");
    return its_major > major || (its_major == major && its_minor >= minor);
}

static unsigned open_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    require(directory != NULL, "opendir(/proc/self/fd)");
    unsigned count = 0;
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

// Loads a form and checks that the kernel takes it if it should. Returns null when it does not.
static struct csw_walker *load(const struct walk_form *form)
{
    char reason[160];
    struct csw_walker *walker = walk_open(form, reason, sizeof reason);
    bool is_due = is_kernel_at_least(form->major, form->minor);
    struct check check = check_begin("%s: is %s", form->name, is_due || walker ? "loaded" : "refused");
    if (!is_due)
        check_note(&check, " before Linux %u.%u", form->major, form->minor);
    if (!is_due && !walker)
        check_note(&check, " (%s)", reason);
    if (is_due && !walker)
        check_fault(&check, "%s", reason);
    check_end(&check);
    return walker;
}

static void check_descriptors(const char *form, struct csw_walker *walker)
{
    struct check check = check_begin("%s: %d scans leave no descriptor", form, SCANS);
    unsigned before = open_descriptors();
    for (int scan = 0; scan < SCANS; scan++) {
        struct walk_options options = {.by_namespace = scan % 2, .with_queues = scan / 2 % 2};
        if (!walk_scan(walker, options, &check))
            break;
    }
    unsigned after = open_descriptors();
    if (after != before)
        check_fault(&check, "%u descriptors are open, before it were %u", after, before);
    check_end(&check);
}

static void check_form(const struct walk_form *form, const struct place *home, const struct place places[PLACES])
{
    unsigned before = open_descriptors();
    struct csw_walker *walker = load(form);
    if (walker) {
        place_enter(home);
        check_others(form->name, walker, places);
        place_enter(&places[POPULATION]);
        check_own(form->name, walker, &places[POPULATION]);
        check_descriptors(form->name, walker);
        place_enter(&places[CHURNING]);
        check_under_churn(form->name, walker, &places[CHURNING]);
        walk_close(walker);
    }
    struct check check = check_begin("%s: nothing is left open", form->name);
    unsigned after = open_descriptors();
    if (after != before)
        check_fault(&check, "%u descriptors are open, before it were %u", after, before);
    check_end(&check);
}

int main(int count, char *arguments[])
{
    if (count != 4) {
        fputs("usage: compare-sources POPULATION ORDERED CHURNING\n", stderr);
        return 2;
    }
    struct place home = place_open("/proc/self/ns/net");
    struct place places[PLACES] = {
        [POPULATION] = place_open(arguments[1]),
        [CHURNING] = place_open(arguments[3]),
    };
    place_enter(&places[POPULATION]);
    check_dumps(&places[POPULATION], arguments[2]);
    add_listeners();
    check_variety(&places[POPULATION]);
    for (int i = 0; i < WALK_FORMS; i++)
        check_form(&walk_forms[i], &home, places);
    printf("end of checks: %u\n", check_count());
    return EXIT_SUCCESS;
}
