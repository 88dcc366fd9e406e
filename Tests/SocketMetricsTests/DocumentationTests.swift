// SPDX-License-Identifier: Apache-2.0

import Exposition
import KernelTestSupport
import SocketMetrics
import SocketStatistics
import Testing

/// The example of the library's page, word for word.
private let sources = SourceSelector([NetlinkSource(counting: .process), ProcSource(counting: .process)])

/// The answer to a request for `/metrics`: the content type and the body.
private func metrics(accept: [String]) throws -> (String, [UInt8]) {
    let negotiated = NegotiatedFormat(accept: accept)
    let metrics = TCPMetrics(try sources.scan().scan.statistics)
    var body: [UInt8] = []
    negotiated.format.write(metrics.families, into: &body)
    return (negotiated.contentType, body)
}

/// It needs no privilege.
@Suite struct DocumentationTests {
    @Test func exampleTellsOfTheSocketsOfThisProcess() throws {
        let listener = try TestSocket.listener(backlog: 77)
        let (contentType, body) = try withExtendedLifetime(listener) { try metrics(accept: ["text/plain"]) }
        let text = String(decoding: body, as: UTF8.self)
        #expect(contentType.hasPrefix("text/plain"))
        #expect(
            text.contains("socket_tcp_listener_backlog_limit{address=\"127.0.0.1\",port=\"\(listener.port)\"} 77\n"))
    }
}
