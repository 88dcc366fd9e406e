// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What a connection has received and not decoded yet, and what is to happen when all of it is.
///
/// It has no clock: each change says when it happens.
struct ConnectionInput {
    /// How much may wait to be decoded. Only a client that has closed its side gets there: all that it sent before is
    /// read then. For TCP the kernel buffers less; a Unix domain socket may hold more.
    private static let mostBytes = 64 * 1024

    private var bytes = UndecodedBytes()
    /// Since when something waits to be decoded; nil where nothing does.
    private(set) var undecodedSince: NIODeadline?
    /// Whether a piece was decoded that did not complete a request.
    private(set) var isWithinRequest = false
    /// Whether the client has closed its side.
    private(set) var isClosed = false
    private var owesClosed = false
    private var owesRead = false

    /// Whether all of it is decoded.
    var isEmpty: Bool { bytes.isEmpty }

    /// Adds what has arrived; returns false where too much waits already.
    mutating func append(_ more: ByteBuffer) -> Bool {
        guard bytes.count < Self.mostBytes else { return false }
        bytes.append(more)
        return true
    }

    /// Takes the next piece to decode; nil where there is nothing.
    mutating func nextPiece() -> ByteBuffer? {
        guard let piece = bytes.next() else { return nil }
        isWithinRequest = true
        return piece
    }

    /// What was decoded has completed a request.
    mutating func requestCompleted() {
        isWithinRequest = false
    }

    /// A piece was decoded, or could not be yet.
    mutating func decoded(at now: NIODeadline) {
        undecodedSince = isEmpty ? nil : undecodedSince ?? now
    }

    /// The client has closed its side; returns whether the handlers behind are to hear it now, and not after the last
    /// bytes.
    mutating func close() -> Bool {
        isClosed = true
        owesClosed = !isEmpty
        return !owesClosed
    }

    /// Whether the handlers behind are to hear now that the client has closed its side. True once.
    mutating func takesClosed() -> Bool {
        defer { if isEmpty { owesClosed = false } }
        return owesClosed && isEmpty
    }

    /// The handlers behind ask for more; returns whether the socket is to be read now, and not when all is decoded.
    mutating func read() -> Bool {
        owesRead = !isEmpty
        return !owesRead
    }

    /// Whether the socket is to be read because the handlers behind have asked for more. True once.
    mutating func takesRead() -> Bool {
        defer { if isEmpty { owesRead = false } }
        return owesRead && isEmpty
    }

    /// Forgets what is not decoded.
    mutating func discard() {
        bytes.removeAll()
        undecodedSince = nil
    }
}

/// What a client has sent and the decoder has not yet been given.
///
/// A decoder that is given all at once makes requests of all of it: some 14,000 of 256 kB. So it gets the bytes in
/// small pieces that end with an empty line where there is one, which ends the head of a request. Where the body of a
/// request ends, the piece may hold the next head too: two requests at most. Whether a line really ends a head is for
/// the decoder to say.
struct UndecodedBytes {
    /// The length of the shortest request, `GET / HTTP/1.1` and an empty line. No piece but the last is shorter, so
    /// that a flood of empty lines does not become a flood of pieces.
    private static let shortestRequest = 18

    /// The longest piece. The head of a scrape has some hundred bytes; the body of a request may be as many chunks of
    /// one byte.
    private static let longestPiece = 1024

    private var bytes = ByteBuffer()

    var count: Int { bytes.readableBytes }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ more: ByteBuffer) {
        if isEmpty {
            bytes = more
        } else {
            bytes.writeImmutableBuffer(more)
        }
    }

    mutating func removeAll() {
        bytes = ByteBuffer()
    }

    /// Takes the next piece; nil where there is nothing.
    mutating func next() -> ByteBuffer? {
        guard !isEmpty else { return nil }
        let piece = bytes.readSlice(length: lengthToEmptyLine ?? min(count, Self.longestPiece))
        if isEmpty { removeAll() }
        return piece
    }

    /// The length of what ends with an empty line and is neither too short nor too long; nil where there is no such
    /// line.
    private var lengthToEmptyLine: Int? {
        let view = bytes.readableBytesView.prefix(Self.longestPiece)
        let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        let shortest = view.startIndex + Self.shortestRequest
        // The line feed before the empty line may be that many bytes before its end.
        var rest = view.dropFirst(Self.shortestRequest - "\n\r\n".utf8.count)
        while let end = rest.firstIndex(of: lineFeed) {
            rest = view[(end + 1)...]
            let line = rest.first == carriageReturn ? rest.dropFirst() : rest
            if line.first == lineFeed, line.startIndex + 1 >= shortest {
                return line.startIndex + 1 - view.startIndex
            }
        }
        return nil
    }
}
