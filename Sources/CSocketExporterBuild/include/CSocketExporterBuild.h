// SPDX-License-Identifier: Apache-2.0

// What the build knows of itself. The values come as definitions from Package.swift, which takes them from the
// environment (see the Makefile); SwiftPM has no way to hand strings to Swift code.

#ifndef CSOCKETEXPORTERBUILD_H
#define CSOCKETEXPORTERBUILD_H

extern const char *_Nonnull const cseb_revision;
extern const char *_Nonnull const cseb_branch;
extern const char *_Nonnull const cseb_build_user;
extern const char *_Nonnull const cseb_build_date;

#endif
