// SPDX-License-Identifier: Apache-2.0
//
// Takes recorded dumps apart into the fuzzer's first inputs: every datagram, and every message by itself.
// usage: corpus DIRECTORY RECORDING...

#include <errno.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDING_HEADER = 24, MAX_DATAGRAM = 64 * 1024 };

static const char *directory;
static unsigned inputs;

static _Noreturn void fail(const char *path)
{
    fprintf(stderr, "corpus: %s: %s\n", path, errno ? strerror(errno) : "not a recording");
    exit(EXIT_FAILURE);
}

static void write_input(const uint8_t *data, size_t size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/recorded-%u", directory, inputs++);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        fail(path);
}

static void write_messages(const uint8_t *data, size_t size)
{
    while (size >= sizeof(struct nlmsghdr)) {
        struct nlmsghdr header;
        memcpy(&header, data, sizeof header);
        size_t step = NLMSG_ALIGN((size_t)header.nlmsg_len);
        if (step < sizeof header || step > size)
            return;
        write_input(data, step);
        data += step;
        size -= step;
    }
}

static void take_apart(const char *path)
{
    static uint8_t datagram[MAX_DATAGRAM];
    uint8_t header[RECORDING_HEADER];
    errno = 0;
    FILE *file = fopen(path, "rb");
    if (!file || fread(header, sizeof header, 1, file) != 1 || memcmp(header, "CNLDUMP1", 8) != 0)
        fail(path);
    uint32_t size;
    while (fread(&size, sizeof size, 1, file) == 1) {
        if (size > sizeof datagram || fread(datagram, 1, size, file) != size)
            fail(path);
        write_input(datagram, size);
        write_messages(datagram, size);
    }
    fclose(file);
}

int main(int count, char *arguments[])
{
    if (count < 3) {
        fputs("usage: corpus DIRECTORY RECORDING...\n", stderr);
        return 2;
    }
    directory = arguments[1];
    for (int i = 2; i < count; i++)
        take_apart(arguments[i]);
    return EXIT_SUCCESS;
}
