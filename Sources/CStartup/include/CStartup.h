// SPDX-License-Identifier: Apache-2.0
//
// What a program must take hold of before its language runtime starts: arguments, signals and memory.

#ifndef CSTARTUP_H
#define CSTARTUP_H

#pragma clang assume_nonnull begin

/// The number of arguments that the process was started with, the name of the program among them.
int cst_argument_count(void);

/// An argument by its index, 0 for the name of the program; null beyond the last.
const char *_Nullable cst_argument(int index);

/// Blocks SIGTERM and SIGINT, for `cst_wait_for_stop` to receive. Until then they end the process at once.
///
/// To be called while the process has a single thread: threads inherit the signal mask.
void cst_hold_stop_signals(void);

/// Waits for SIGTERM or SIGINT. Another one then ends the process at once.
void cst_wait_for_stop(void);

/// Has `cst_wait_for_stop` return.
void cst_stop(void);

/// Has all threads allocate from one heap: each heap reserves address space, and keeps free memory of its own.
void cst_use_one_heap(void);

/// Gives memory that is free, but still held for the next allocation, back to the system.
void cst_release_free_memory(void);

#pragma clang assume_nonnull end

#endif
