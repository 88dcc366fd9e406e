// SPDX-License-Identifier: Apache-2.0

// Where the executable comes from. Package.swift defines the values, which it takes from the environment (see the
// Makefile); SwiftPM has no way to pass a string to Swift code.

#ifndef CSOCKETEXPORTERBUILD_H
#define CSOCKETEXPORTERBUILD_H

extern const char *_Nonnull const cseb_revision;
extern const char *_Nonnull const cseb_branch;
extern const char *_Nonnull const cseb_build_user;
extern const char *_Nonnull const cseb_build_date;
extern const char *_Nonnull const cseb_swift_version;

#endif
