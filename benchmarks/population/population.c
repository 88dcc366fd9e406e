// SPDX-License-Identifier: Apache-2.0
//
// Makes a population of TCP and UNIX sockets in a network namespace of its own and keeps it. See README.md.

#include "endpoint.h"
#include "orders.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

// More than this in one process would leave the other processors idle.
enum { MAX_DESCRIPTORS_OF_WORKER = 20000, SPARE_DESCRIPTORS = 200 };

// The processes that hold the sockets. They report on a pipe when their share is made.
struct workers {
    pid_t *ids;
    uint32_t count;
    int report_reader;
    int report_writer;
};

static void write_setting(const char *path, const char *value)
{
    FILE *file = fopen(path, "we");
    if (!file)
        fail(path);
    if (fputs(value, file) < 0 || fclose(file) != 0)
        fail(path);
}

static void enter_own_namespace(void)
{
    if (unshare(CLONE_NEWNET) != 0)
        fail("unshare(CLONE_NEWNET), which needs CAP_SYS_ADMIN,");
    int descriptor = tcp_socket(AF_INET);
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    if (ioctl(descriptor, SIOCSIFFLAGS, &request) != 0)
        fail("ioctl(SIOCSIFFLAGS)");
    close(descriptor);
    write_setting("/proc/sys/net/core/somaxconn", "65535");
    write_setting("/proc/sys/net/ipv4/tcp_max_tw_buckets", "10000000");
    // A new connection must not take the place of one in TIME_WAIT.
    write_setting("/proc/sys/net/ipv4/tcp_tw_reuse", "0");
}

// Lets this process and its workers open as many descriptors as they may, and returns how many each may fill.
static uint32_t raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        fail("getrlimit");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        fail("setrlimit");
    if (limit.rlim_max <= 2 * SPARE_DESCRIPTORS) {
        errno = EMFILE;
        fail("making room for sockets");
    }
    rlim_t most = limit.rlim_max < MAX_DESCRIPTORS_OF_WORKER ? limit.rlim_max : MAX_DESCRIPTORS_OF_WORKER;
    return (uint32_t)most - SPARE_DESCRIPTORS;
}

static noreturn void work(const struct workers *workers, pid_t parent, const struct recipe *recipe, struct share share)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        fail("prctl(PR_SET_PDEATHSIG)");
    if (getppid() != parent)
        exit(EXIT_FAILURE);
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    recipe->make(share);
    if (write(workers->report_writer, "", 1) != 1)
        fail("write");
    for (;;)
        pause();
}

static void start_worker(struct workers *workers, const struct recipe *recipe, struct share share)
{
    pid_t *ids = realloc(workers->ids, (workers->count + 1) * sizeof *ids);
    if (!ids)
        fail("realloc");
    workers->ids = ids;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0)
        work(workers, parent, recipe, share);
    ids[workers->count++] = child;
}

static void start_workers(struct workers *workers, struct order order, uint32_t first, uint32_t descriptors)
{
    uint32_t most = descriptors / order.recipe->descriptors;
    for (uint32_t made = 0; made < order.count;) {
        uint32_t rest = order.count - made;
        struct share share = {.family = order.family, .first = first + made, .count = rest < most ? rest : most};
        start_worker(workers, order.recipe, share);
        made += share.count;
    }
}

// The sockets that earlier orders of the same recipe and family ask for: their addresses are taken.
static uint32_t count_before(const struct order *orders, int index)
{
    uint32_t count = 0;
    for (int i = 0; i < index; i++)
        if (orders[i].recipe == orders[index].recipe && orders[i].family == orders[index].family)
            count += orders[i].count;
    return count;
}

static void stop_workers(const struct workers *workers)
{
    for (uint32_t i = 0; i < workers->count; i++)
        kill(workers->ids[i], SIGKILL);
    while (wait(NULL) > 0 || errno == EINTR)
        ;
}

static int open_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    int descriptor = signalfd(-1, &signals, SFD_CLOEXEC);
    if (descriptor < 0)
        fail("signalfd");
    return descriptor;
}

// Announces the population when it is complete. Returns true when asked to end, false when a worker has died.
static bool keep(const struct workers *workers, int signals)
{
    enum { REPORTS, SIGNALS, INPUT, SOURCES };
    struct pollfd sources[SOURCES] = {
        [REPORTS] = {.fd = workers->report_reader, .events = POLLIN},
        [SIGNALS] = {.fd = signals, .events = POLLIN},
        [INPUT] = {.fd = STDIN_FILENO, .events = POLLIN},
    };
    uint32_t ready = 0;
    for (;;) {
        if (poll(sources, SOURCES, -1) < 0)
            fail("poll");
        char bytes[256];
        if (sources[SIGNALS].revents != 0) {
            struct signalfd_siginfo signal;
            if (read(signals, &signal, sizeof signal) == sizeof signal)
                return signal.ssi_signo != SIGCHLD;
        }
        if (sources[INPUT].revents != 0 && read(STDIN_FILENO, bytes, sizeof bytes) <= 0)
            return true;
        if (sources[REPORTS].revents != 0) {
            ssize_t reports = read(workers->report_reader, bytes, sizeof bytes);
            ready += reports > 0 ? (uint32_t)reports : 0;
            if (reports > 0 && ready == workers->count) {
                printf("ready /proc/%d/ns/net\n", (int)getpid());
                fflush(stdout);
            }
        }
    }
}

int main(int count, char *arguments[])
{
    if (count < 2)
        usage("", "asks for no sockets");
    struct order *orders = calloc((size_t)count, sizeof *orders);
    if (!orders)
        fail("calloc");
    for (int i = 1; i < count; i++)
        orders[i - 1] = parse_order(arguments[i]);

    uint32_t descriptors = raise_descriptor_limit();
    enter_own_namespace();
    int signals = open_signals();
    int reports[2];
    if (pipe(reports) != 0)
        fail("pipe");
    struct workers workers = {.report_reader = reports[0], .report_writer = reports[1]};
    for (int i = 0; i < count - 1; i++)
        start_workers(&workers, orders[i], count_before(orders, i), descriptors);
    free(orders);

    bool asked_to_end = keep(&workers, signals);
    stop_workers(&workers);
    free(workers.ids);
    if (!asked_to_end)
        fputs("population: a worker has died; the sockets that it held are gone.\n", stderr);
    return asked_to_end ? EXIT_SUCCESS : EXIT_FAILURE;
}
