// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import NIOCore
internal import NIOHTTP1

/// What a request is answered with, before the fields that belong to the connection.
struct Answer: Hashable, Sendable {
    /// A header field.
    struct Field: Hashable, Sendable {
        let name: String
        let value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    let status: HTTPResponseStatus
    let fields: [Field]
    let body: ByteBuffer

    private init(_ status: HTTPResponseStatus, contentType: String, _ fields: [Field], body: ByteBuffer) {
        self.status = status
        self.fields = [Field("Content-Type", contentType)] + fields
        self.body = body
    }

    /// A sentence for people.
    static func text(_ status: HTTPResponseStatus, _ text: String, fields: [Field] = []) -> Answer {
        Answer(
            status,
            contentType: "text/plain; charset=utf-8",
            fields + [Field("X-Content-Type-Options", "nosniff")],
            body: ByteBuffer(string: text + "\n")
        )
    }

    /// An exposition in the format that was negotiated.
    static func metrics(_ body: CodedBody, contentType: String) -> Answer {
        coded(body, contentType: contentType, [Field("Vary", "Accept, Accept-Encoding")])
    }

    /// The landing page. It may bring its own style and nothing else.
    static func landingPage(_ body: CodedBody) -> Answer {
        coded(
            body,
            contentType: "text/html; charset=utf-8",
            [
                Field("Vary", "Accept-Encoding"),
                Field("X-Content-Type-Options", "nosniff"),
                Field("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
            ]
        )
    }

    private static func coded(_ body: CodedBody, contentType: String, _ fields: [Field]) -> Answer {
        let coding = body.coding == .gzip ? [Field("Content-Encoding", "gzip")] : []
        return Answer(.ok, contentType: contentType, fields + coding, body: body.bytes)
    }
}

extension Answer {
    /// An answer from before there was anything to answer: a request that cannot be read.
    static func refusal(of error: HTTPParserError) -> Answer {
        switch error {
        case .headerOverflow:
            text(.requestHeaderFieldsTooLarge, "The head of the request is too large.")
        case .invalidVersion:
            text(.httpVersionNotSupported, "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
        default:
            text(.badRequest, "The request cannot be read.")
        }
    }

    static let invalidHost = text(.badRequest, "A request must have exactly one Host header with a valid host name.")

    static func methodNotAllowed(_ methods: [String]) -> Answer {
        let verb = methods.count == 1 ? "is" : "are"
        return text(
            .methodNotAllowed, "Only \(methods.joined(separator: " and ")) \(verb) allowed here.",
            fields: [Field("Allow", methods.joined(separator: ", "))])
    }

    static let bodyTooLarge = text(.payloadTooLarge, "The body of the request is too large.")

    static let stopping = text(.serviceUnavailable, "The server is stopping, try again later.")

    static let busy = text(.serviceUnavailable, "Too many other scrapes are under way, try again later.")

    static func tooManyRequests(limit: Int) -> Answer {
        text(.serviceUnavailable, "Limit of concurrent requests reached (\(limit)), try again later.")
    }
}

extension Answer {
    /// The head of the response, with what the connection needs, and what the gate adds.
    func head(version: HTTPVersion, isLast: Bool, date: String, added: [Field] = []) -> HTTPResponseHead {
        var headers = HTTPHeaders((fields + added).map { ($0.name, $0.value) })
        headers.add(name: "Date", value: date)
        headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        if isLast { headers.add(name: "Connection", value: "close") }
        return HTTPResponseHead(version: version, status: status, headers: headers)
    }
}
