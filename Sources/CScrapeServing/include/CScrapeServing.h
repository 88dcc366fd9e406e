// SPDX-License-Identifier: Apache-2.0
//
// What a server needs of C libraries: compression (zlib), and whether threads can be started.

#ifndef CSCRAPESERVING_H
#define CSCRAPESERVING_H

#include <stddef.h>
#include <stdint.h>

#if __has_include(<ptrcheck.h>)
#include <ptrcheck.h>
#endif
#ifndef __counted_by
#define __counted_by(n)
#endif
#ifndef __noescape
#if __has_attribute(noescape)
#define __noescape __attribute__((noescape))
#else
#define __noescape
#endif
#endif

#pragma clang assume_nonnull begin

/// The most bytes that `css_gzip` makes of `length` bytes.
size_t css_gzip_bound(size_t length);

/// Compresses bytes as one member of the gzip format.
///
/// - Returns: the number of bytes written; 0 where there is no memory or no room.
size_t css_gzip(const uint8_t *__counted_by(length) bytes __noescape, size_t length,
                uint8_t *__counted_by(room) compressed __noescape, size_t room);

/// Starts threads that exist at the same time, and ends them.
///
/// - Returns: 0, or the errno of the one that could not be started.
int css_try_threads(unsigned count);

#pragma clang assume_nonnull end

#endif
