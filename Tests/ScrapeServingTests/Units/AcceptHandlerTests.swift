// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import ScrapeServing

@Suite struct AcceptHandlerTests {
    private let registry = ConnectionRegistry(limit: 5)
    private let channel: EmbeddedChannel

    init() {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        channel = EmbeddedChannel(handler: AcceptHandler(registry: registry, logger: logger))
    }

    /// What the handler has set, in order.
    private var autoReads: [Bool] {
        channel.options.compactMap { $0.option is ChannelOptions.Types.AutoReadOption ? $0.value as? Bool : nil }
    }

    @Test(arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM])
    func `a shortage pauses accepting for a second`(errno: Int32) {
        channel.pipeline.fireErrorCaught(IOError(errnoCode: errno, reason: "accept"))
        #expect(autoReads == [false])
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(999))
        #expect(autoReads == [false])
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(autoReads == [true])
    }

    @Test(arguments: [ECONNABORTED, EPERM])
    func `another error changes nothing`(errno: Int32) {
        channel.pipeline.fireErrorCaught(IOError(errnoCode: errno, reason: "accept"))
        #expect(autoReads.isEmpty)
    }
}
