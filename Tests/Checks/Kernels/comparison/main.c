// SPDX-License-Identifier: Apache-2.0
//
// Checks on the running kernel that each form of the BPF walk counts what netlink dumps.
//
//   compare-sources POPULATION ORDERED CHURNING
//
// POPULATION is the path of a network namespace whose sockets do not change, and ORDERED a file with their numbers
// (`STATE IPV4 IPV6`). CHURNING is the path of another namespace with IPv6 sockets, where IPv4 connections are opened
// and ended. The last line has the number of checks. Exit code 1: the checks could not be carried out.

#include "churn.h"
#include "frozen.h"
#include "kernel_log.h"
#include "udp.h"

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

// Adds a fault unless as many descriptors are open as before.
static void compare_descriptors(struct check *check, unsigned before)
{
    unsigned now = open_descriptors();
    if (now != before)
        check_fault(check, "%u descriptors are open, before there were %u", now, before);
}

static void check_dumps_for_leaks(const struct place *place)
{
    static struct counts counts;
    struct check check = check_begin("netlink: %d sockets and dumps leave no descriptor", SCANS);
    unsigned before = open_descriptors();
    for (int dump = 0; dump < SCANS; dump++) {
        struct cnl_socket *socket = netlink_open(dump % 2 ? place->descriptor : -1);
        netlink_dump(socket, TOGETHER, &counts);
        netlink_close(socket);
    }
    compare_descriptors(&check, before);
    check_end(&check);
}

static void check_scans_for_leaks(const char *form, struct csw_walker *walker)
{
    struct check check = check_begin("%s: %d scans leave no descriptor", form, SCANS);
    unsigned before = open_descriptors();
    for (int scan = 0; scan < SCANS; scan++) {
        struct walk_options options = {.by_namespace = scan % 2, .with_queues = scan / 2 % 2};
        if (!walk_scan(walker, options, &check))
            break;
    }
    compare_descriptors(&check, before);
    check_end(&check);
}

// Loads a form, and checks that the kernel takes it if it should. Returns null if it does not.
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

// Checks each form that the kernel takes. Churn comes last because it leaves sockets in TIME_WAIT.
static void check_forms(const struct place *home, const struct place places[PLACES])
{
    unsigned before = open_descriptors();
    struct csw_walker *walkers[WALK_FORMS];
    for (int i = 0; i < WALK_FORMS; i++)
        walkers[i] = load(&walk_forms[i]);
    for (int i = 0; i < WALK_FORMS; i++)
        if (walkers[i]) {
            place_enter(home);
            check_others(walk_forms[i].name, walkers[i], places);
            place_enter(&places[POPULATION]);
            check_own(walk_forms[i].name, walkers[i], &places[POPULATION]);
            check_udp(walk_forms[i].name, walkers[i], home, &places[POPULATION], is_kernel_at_least(6, 2));
            place_enter(&places[POPULATION]);
            check_scans_for_leaks(walk_forms[i].name, walkers[i]);
        }
    place_enter(&places[CHURNING]);
    for (int i = 0; i < WALK_FORMS; i++)
        if (walkers[i])
            check_under_churn(walk_forms[i].name, walkers[i], &places[CHURNING]);
    for (int i = 0; i < WALK_FORMS; i++)
        if (walkers[i])
            walk_close(walkers[i]);
    struct check check = check_begin("all forms: nothing is left open");
    compare_descriptors(&check, before);
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
    add_udp_sockets();
    check_variety(&places[POPULATION]);
    check_dumps_for_leaks(&places[POPULATION]);
    check_forms(&home, places);
    check_kernel_log();
    printf("end of checks: %u\n", check_count());
    return EXIT_SUCCESS;
}
