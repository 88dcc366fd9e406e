// SPDX-License-Identifier: Apache-2.0

#include "CNetlinkConversation.h"

#include "fold.h"

#include <errno.h>

static enum cnl_progress fail(struct cnl_reply *reply, enum cnl_failure failure, int error_number)
{
    reply->error = (struct cnl_error){.failure = failure, .error_number = error_number};
    return CNL_FAILED;
}

// The kernel reports an error as a negative errno. Any other number is not an errno.
static int errno_of_report(const uint8_t *payload, size_t size)
{
    enum { MAX_ERRNO = 4095 };
    int32_t report;
    if (size < sizeof report)
        return 0;
    memcpy(&report, payload, sizeof report);
    return report < 0 && report >= -MAX_ERRNO ? -report : 0;
}

static enum cnl_progress read_error(struct cnl_reply *reply, const uint8_t *payload, size_t size)
{
    if (size < sizeof(struct nlmsgerr))
        return fail(reply, CNL_MALFORMED, 0);
    int error_number = errno_of_report(payload, size);
    // 0 would be an acknowledgement, which was not asked for.
    if (error_number == 0)
        return fail(reply, CNL_MALFORMED, 0);
    return fail(reply, CNL_REFUSED, error_number);
}

static enum cnl_progress read_done(struct cnl_reply *reply, const uint8_t *payload, size_t size)
{
    int error_number = errno_of_report(payload, size);
    if (error_number != 0)
        return fail(reply, CNL_REFUSED, error_number);
    if (reply->interrupted)
        return fail(reply, CNL_INTERRUPTED, 0);
    return CNL_COMPLETE;
}

static enum cnl_progress read_message(struct cnl_reply *reply, const struct nlmsghdr *header, const uint8_t *payload,
                                      size_t size)
{
    if (header->nlmsg_seq != reply->sequence || header->nlmsg_pid != reply->port_id)
        return fail(reply, CNL_FOREIGN, 0);
    if (header->nlmsg_flags & NLM_F_DUMP_INTR)
        reply->interrupted = true;

    if (header->nlmsg_type == reply->message_type) {
        if (!reply->reader.read(reply->reader.context, payload, size))
            return fail(reply, CNL_MALFORMED, 0);
        return CNL_MORE;
    }
    switch (header->nlmsg_type) {
    case NLMSG_ERROR:
        return read_error(reply, payload, size);
    case NLMSG_DONE:
        return read_done(reply, payload, size);
    case NLMSG_OVERRUN:
        return fail(reply, CNL_OVERRUN, ENOBUFS);
    case NLMSG_NOOP:
        return CNL_MORE;
    default:
        ++*reply->reader.unknown_messages;
        return CNL_MORE;
    }
}

// The bounds are checked here and not with mnl_nlmsg_ok: up to libmnl 1.0.4 that accepts a length above INT_MAX, and a
// loop on it takes the rest of a cut message for the end of the datagram.
enum cnl_progress cnl_reply_datagram(struct cnl_reply *reply, const uint8_t *data, size_t size)
{
    if (size == 0)
        return fail(reply, CNL_MALFORMED, 0);
    while (size > 0) {
        struct nlmsghdr header;
        if (size < sizeof header)
            return fail(reply, CNL_MALFORMED, 0);
        memcpy(&header, data, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > size)
            return fail(reply, CNL_MALFORMED, 0);

        enum cnl_progress progress =
            read_message(reply, &header, data + sizeof header, header.nlmsg_len - sizeof header);
        if (progress != CNL_MORE)
            return progress;

        size_t step = cnl_aligned(header.nlmsg_len);
        if (step >= size)
            return CNL_MORE;
        data += step;
        size -= step;
    }
    return CNL_MORE;
}
