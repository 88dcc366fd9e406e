// SPDX-License-Identifier: Apache-2.0

#include "CSocketExporterBuild.h"

const char *const cseb_revision = CSEB_REVISION;
const char *const cseb_branch = CSEB_BRANCH;
const char *const cseb_build_user = CSEB_BUILD_USER;
const char *const cseb_build_date = CSEB_BUILD_DATE;
const char *const cseb_swift_version = CSEB_SWIFT_VERSION;
