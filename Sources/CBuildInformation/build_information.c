// SPDX-License-Identifier: Apache-2.0

#include "CBuildInformation.h"

const char *const cbi_revision = CBI_REVISION;
const char *const cbi_branch = CBI_BRANCH;
const char *const cbi_build_user = CBI_BUILD_USER;
const char *const cbi_build_date = CBI_BUILD_DATE;
