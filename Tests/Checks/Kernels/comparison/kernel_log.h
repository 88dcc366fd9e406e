// SPDX-License-Identifier: Apache-2.0

#ifndef COMPARISON_KERNEL_LOG_H
#define COMPARISON_KERNEL_LOG_H

/// Checks that the kernel has not reported a fault of its own.
void check_kernel_log(void);

#endif
