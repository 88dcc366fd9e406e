// SPDX-License-Identifier: Apache-2.0

#include "CScrapeServing.h"

#include <errno.h>
#include <pthread.h>

enum { most_threads = 16 };

/// Waits until all have been started.
static void *wait_for_others(void *mutex)
{
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
    return NULL;
}

int css_try_threads(unsigned count)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_t threads[most_threads];
    unsigned started = 0;
    int error = count <= most_threads ? 0 : EINVAL;
    pthread_mutex_lock(&mutex);
    while (error == 0 && started < count) {
        error = pthread_create(&threads[started], NULL, wait_for_others, &mutex);
        started += error == 0;
    }
    pthread_mutex_unlock(&mutex);
    for (unsigned index = 0; index < started; index++)
        pthread_join(threads[index], NULL);
    return error;
}
