// SPDX-License-Identifier: Apache-2.0
//
// The baseline for the proc source: reads /proc/net/tcp and tcp6 in large pieces and counts states, with nothing
// checked. Prints the number of sockets, those in ESTABLISHED, and the time in seconds.

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_SIZE = 1 << 20, STATES = 256 };

static uint8_t buffer[BUFFER_SIZE];

static unsigned hexadecimal(uint8_t byte)
{
    return byte <= '9' ? byte - (unsigned)'0' : (byte | 0x20) - 'a' + 10U;
}

// The state is the fourth field. `field` and `value` carry over from one piece to the next.
static void count_states(const uint8_t *data, size_t size, unsigned *field, unsigned *value, uint64_t counts[STATES])
{
    const uint8_t *end = data + size;
    while (data < end) {
        if (*field == 4) {
            const uint8_t *newline = memchr(data, '\n', (size_t)(end - data));
            if (!newline)
                return;
            data = newline + 1;
            *field = 0;
            continue;
        }
        uint8_t byte = *data++;
        if (byte == ' ') {
            if (*value == 0)
                continue;
            if (++*field == 4)
                counts[*value & 0xff]++;
            *value = 0;
        } else {
            // A leading one keeps a field of zeros from looking empty.
            *value = *field == 3 ? (*value << 4 | hexadecimal(byte)) : 1;
        }
    }
}

static int count_file(const char *path, uint64_t counts[STATES])
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    unsigned field = 4, value = 0; // the title is skipped like the rest of a line
    ssize_t size;
    while ((size = read(file, buffer, sizeof buffer)) > 0)
        count_states(buffer, (size_t)size, &field, &value, counts);
    close(file);
    return size < 0 ? -1 : 0;
}

int main(void)
{
    struct timespec start, end;
    uint64_t counts[STATES] = {0}, total = 0;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (count_file("/proc/net/tcp", counts) != 0 || count_file("/proc/net/tcp6", counts) != 0) {
        perror("proc_tcp: /proc/net/tcp");
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    for (unsigned state = 1; state < STATES; state++)
        total += counts[state];
    printf("%llu %llu %.6f\n", (unsigned long long)total, (unsigned long long)counts[1],
           (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
    return 0;
}
