// SPDX-License-Identifier: Apache-2.0
//
// Prints one line for each check: `ok NAME` or `not ok NAME: FAULTS`.

#ifndef COMPARISON_CHECK_H
#define COMPARISON_CHECK_H

#include <stdbool.h>

/// A check in progress.
struct check {
    char name[160];
    char faults[1024];
};

/// Begins a check with a name.
struct check check_begin(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// Adds a fault to it.
void check_fault(struct check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Appends a remark to its name.
void check_note(struct check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Prints it. Returns whether it has no faults.
bool check_end(const struct check *check);

/// How many checks have ended.
unsigned check_count(void);

#endif
