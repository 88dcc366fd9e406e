// SPDX-License-Identifier: Apache-2.0

#include "CScrapeServing.h"

#include <limits.h>
#include <zlib.h>

enum { gzip_window_bits = 15 + 16, memory_level = 8 };

/// What the gzip format needs beside the compressed data, with a margin.
enum { gzip_frame = 32 };

size_t css_gzip_bound(size_t length)
{
    return compressBound(length) + gzip_frame;
}

size_t css_gzip(const uint8_t *bytes, size_t length, uint8_t *compressed, size_t room)
{
    if (length > UINT_MAX || room > UINT_MAX)
        return 0;
    z_stream stream = {
        .next_in = (Bytef *)bytes, .avail_in = (uInt)length, .next_out = compressed, .avail_out = (uInt)room};
    // The fastest level: of an exposition of 8.8 kB it makes 2.0 kB, and the default level 1.8 kB.
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    int status = deflate(&stream, Z_FINISH);
    size_t written = room - stream.avail_out;
    deflateEnd(&stream);
    return status == Z_STREAM_END ? written : 0;
}
