// SPDX-License-Identifier: Apache-2.0

#include "CThreadSanitizerSupport.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

#if IS_SANITIZED

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>
#include <stdint.h>

// Where a Mutex is contended, Swift's Synchronization library locks and unlocks it with a futex, in code that the
// sanitizer does not see, so that what the lock guards would look like a race. These take the place of the library's
// two functions, call them, and tell the sanitizer.

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef SWIFT void lock_slow(uint32_t thread, SELF void *mutex);
typedef SWIFT void unlock_slow(SELF void *mutex);

SWIFT void cts_lock_slow(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT void cts_unlock_slow(SELF void *mutex) __asm__(UNLOCK_SLOW);

SWIFT void cts_lock_slow(uint32_t thread, SELF void *mutex)
{
    ((lock_slow *)dlsym(RTLD_NEXT, LOCK_SLOW))(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void cts_unlock_slow(SELF void *mutex)
{
    __tsan_release(mutex);
    ((unlock_slow *)dlsym(RTLD_NEXT, UNLOCK_SLOW))(mutex);
}

int cts_is_sanitized(void)
{
    return 1;
}

#else

int cts_is_sanitized(void)
{
    return 0;
}

#endif
