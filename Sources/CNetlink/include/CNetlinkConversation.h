// SPDX-License-Identifier: Apache-2.0
//
// One request and its answer: what any protocol of sock_diag has in common.

#ifndef CNETLINK_CONVERSATION_H
#define CNETLINK_CONVERSATION_H

#include "CSocketTypes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// MARK: Failures

enum cnl_failure {
    CNL_NO_FAILURE = 0,
    /// A system call failed: `call` and `error_number` say which and why.
    CNL_SYSTEM_CALL_FAILED,
    /// The kernel answered the request with `error_number`.
    CNL_REFUSED,
    /// No answer within the receive time-out.
    CNL_TIMED_OUT,
    /// The deadline of the conversation has passed.
    CNL_DEADLINE,
    /// The kernel dropped a part of the answer (ENOBUFS, NLMSG_OVERRUN).
    CNL_OVERRUN,
    /// A datagram was larger than the receive buffer.
    CNL_TRUNCATED,
    /// A length in the answer contradicts another.
    CNL_MALFORMED,
    /// A message that is not from the kernel, or answers another request.
    CNL_FOREIGN,
    /// The table changed under the dump (NLM_F_DUMP_INTR): the answer is complete but not consistent.
    CNL_INTERRUPTED,
    /// The kernel gave no socket or no port to try something with; no dump was asked for.
    CNL_NO_PROBE,
};

/// The reason of a failure.
struct cnl_error {
    enum cnl_failure failure;
    /// An errno, or 0 where the failure has none.
    int error_number;
    /// The system call that failed, a static string, or null.
    const char *_Nullable call;
};

// MARK: The answer

/// What reads the messages of an answer: one for each protocol.
struct cnl_reader {
    /// Reads the payload of one message, `size` bytes; any bytes at all are safe. Returns false when a length in it is
    /// wrong.
    bool (*read)(void *context, const uint8_t *payload, size_t size);
    /// The first argument of `read`.
    void *context;
    /// Counts messages of unknown types, which are skipped.
    uint64_t *unknown_messages;
};

/// An answer that is being received: what it must look like, who reads it, and what became of it.
struct cnl_reply {
    uint16_t message_type;
    uint32_t sequence;
    uint32_t port_id;
    struct cnl_reader reader;
    bool interrupted;
    struct cnl_error error;
};

enum cnl_progress { CNL_MORE, CNL_COMPLETE, CNL_FAILED };

/// Checks one datagram of the answer and hands its messages to the reader.
///
/// - `data`: the datagram as received, `size` bytes; any bytes at all are safe.
/// - Returns: `CNL_MORE` while the end has not come, `CNL_COMPLETE` at the end, `CNL_FAILED` with `reply->error` set.
///   After a failure what was read is partial and must be thrown away.
enum cnl_progress cnl_reply_datagram(struct cnl_reply *__noescape reply,
                                     const uint8_t *__noescape __counted_by(size) data, size_t size);

// MARK: The conversation

/// A netlink socket (NETLINK_SOCK_DIAG) in the network namespace of the thread that opened it, with its buffer.
struct cnl_socket;

/// Opens a socket; the caller closes it with `cnl_close`. Returns null with `error` set when it fails.
struct cnl_socket *_Nullable cnl_open(struct cnl_error *__noescape error);

/// Closes the socket, and with it any dump under way.
void cnl_close(struct cnl_socket *socket);

/// Sets when conversations on the socket fail with `CNL_DEADLINE`, in nanoseconds of CLOCK_MONOTONIC; 0 is never.
void cnl_set_deadline(struct cnl_socket *__noescape socket, uint64_t deadline);

/// A request for a dump.
struct cnl_request {
    /// The type of the request, and of the messages that answer it.
    uint16_t message_type;
    /// What follows the header: a structure of the protocol.
    const void *__counted_by(size) payload;
    size_t size;
};

/// Sends a request and hands the messages of its answer to a reader.
///
/// Returns false with `error` set when it fails; what was read is then partial. After any failure but `CNL_REFUSED` and
/// `CNL_INTERRUPTED` the rest of the answer may still arrive: close the socket, open another.
bool cnl_dump(struct cnl_socket *__noescape socket, const struct cnl_request *__noescape request,
              struct cnl_reader reader, struct cnl_error *__noescape error);

#pragma clang assume_nonnull end

#endif
