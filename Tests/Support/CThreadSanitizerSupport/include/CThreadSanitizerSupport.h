// SPDX-License-Identifier: Apache-2.0

/// What the thread sanitizer has to know of Swift's Mutex. It is enough to link this.
#ifndef C_THREAD_SANITIZER_SUPPORT_H
#define C_THREAD_SANITIZER_SUPPORT_H

/// Whether this is built with the thread sanitizer.
int cts_is_sanitized(void);

#endif
