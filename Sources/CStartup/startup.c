// SPDX-License-Identifier: Apache-2.0

#include "CStartup.h"

#include <malloc.h>
#include <signal.h>
#include <unistd.h>

static int argument_count;
static char *_Nullable *_Nullable arguments;

static const int stop_signals[] = {SIGTERM, SIGINT};

static void end_at_once(int signal)
{
    _exit(128 + signal);
}

static void end_at_once_on_stop_signals(void)
{
    struct sigaction action = {.sa_handler = end_at_once};
    for (unsigned index = 0; index < sizeof stop_signals / sizeof *stop_signals; index++)
        sigaction(stop_signals[index], &action, NULL);
}

/// The first code to run in the process, before that of any library.
///
/// The Swift runtime looks for the arguments beside the environment, which a preloaded library may have moved, or in
/// /proc, which may be missing; otherwise its list is empty. And the first process of a PID namespace loses signals for
/// which it has no handler.
static void start(int count, char *_Nullable *_Nullable values, char *_Nullable *_Nullable environment)
{
    (void)environment;
    argument_count = count;
    arguments = values;
    end_at_once_on_stop_signals();
}

// A sanitizer's runtime must begin before any code that it instruments.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RUN_FIRST section(".init_array")
#else
#define RUN_FIRST section(".preinit_array")
#endif

__attribute__((used, RUN_FIRST)) static void (*const run_start)(int, char *_Nullable *_Nullable,
                                                                char *_Nullable *_Nullable) = start;

int cst_argument_count(void)
{
    return argument_count;
}

const char *cst_argument(int index)
{
    return arguments && index >= 0 && index < argument_count ? arguments[index] : NULL;
}

static void stop_signal_set(sigset_t *set)
{
    sigemptyset(set);
    for (unsigned index = 0; index < sizeof stop_signals / sizeof *stop_signals; index++)
        sigaddset(set, stop_signals[index]);
}

void cst_hold_stop_signals(void)
{
    sigset_t set;
    stop_signal_set(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void cst_wait_for_stop(void)
{
    sigset_t set;
    stop_signal_set(&set);
    int signal;
    while (sigwait(&set, &signal) != 0)
        ;
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void cst_stop(void)
{
    kill(getpid(), SIGTERM);
}

void cst_use_one_heap(void)
{
    mallopt(M_ARENA_MAX, 1);
}

void cst_release_free_memory(void)
{
    malloc_trim(0);
}
