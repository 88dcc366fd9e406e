// SPDX-License-Identifier: Apache-2.0
//
// A library to preload: it moves the environment before the runtime of any language has looked at it.

#include <stdlib.h>

__attribute__((constructor)) static void move_environment(void)
{
    for (char name[] = "MOVED_A"; name[6] <= 'Z'; name[6]++)
        setenv(name, "1", 1);
}
