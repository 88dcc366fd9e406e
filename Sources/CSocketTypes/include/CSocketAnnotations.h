// SPDX-License-Identifier: Apache-2.0
//
// The annotations of pointers in public headers, empty for compilers that do not know them. A header puts its
// declarations between `#pragma clang assume_nonnull begin` and `end`.

#ifndef CSOCKETANNOTATIONS_H
#define CSOCKETANNOTATIONS_H

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

#endif
