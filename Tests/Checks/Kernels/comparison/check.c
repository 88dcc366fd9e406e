// SPDX-License-Identifier: Apache-2.0

#include "check.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static unsigned ended;

// Appends to a text as much as it has room for.
static void append(char *text, size_t size, const char *format, va_list arguments)
{
    size_t length = strlen(text);
    vsnprintf(text + length, size - length, format, arguments);
}

struct check check_begin(const char *format, ...)
{
    struct check check = {0};
    va_list arguments;
    va_start(arguments, format);
    append(check.name, sizeof check.name, format, arguments);
    va_end(arguments);
    return check;
}

void check_fault(struct check *check, const char *format, ...)
{
    if (check->faults[0])
        strncat(check->faults, "; ", sizeof check->faults - strlen(check->faults) - 1);
    va_list arguments;
    va_start(arguments, format);
    append(check->faults, sizeof check->faults, format, arguments);
    va_end(arguments);
}

void check_note(struct check *check, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    append(check->name, sizeof check->name, format, arguments);
    va_end(arguments);
}

bool check_end(const struct check *check)
{
    bool is_ok = !check->faults[0];
    if (is_ok)
        printf("ok %s\n", check->name);
    else
        printf("not ok %s: %s\n", check->name, check->faults);
    fflush(stdout);
    ended++;
    return is_ok;
}

unsigned check_count(void)
{
    return ended;
}
