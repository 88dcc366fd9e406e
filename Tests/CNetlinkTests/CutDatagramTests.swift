// SPDX-License-Identifier: Apache-2.0

import CNetlink
import Testing

@Suite("A datagram that is cut")
struct CutDatagramTests {
    @Test("is malformed, unless it is cut between messages", arguments: Fixture.recordingNames)
    func everyLength(name: String) throws {
        let recording = try Recording(named: name)
        for datagram in recording.datagrams {
            var borders: [Int: Int] = [:]
            var border = 0
            for (index, message) in Message.split(datagram).enumerated() {
                borders[border] = index
                border += message.count
            }
            var wholeMessages = 0
            for size in 0..<datagram.count {
                var replay = recording.replay
                let progress = replay.play(Array(datagram.prefix(size)))
                wholeMessages = borders[size] ?? wholeMessages
                if size > 0, borders[size] != nil {
                    #expect(progress == CNL_MORE, "cut at \(size)")
                    #expect(replay.counts.sockets == wholeMessages, "cut at \(size)")
                } else {
                    #expect(progress == CNL_FAILED && replay.failure == .malformed, "cut at \(size)")
                    #expect(replay.counts.sockets <= wholeMessages, "cut at \(size)")
                }
            }
        }
    }

    @Test("is malformed when nothing is left")
    func empty() {
        var replay = Replay()
        #expect(replay.play([UInt8]()) == CNL_FAILED)
        #expect(replay.failure == .malformed)
    }

    @Test("may miss the padding of its last message", arguments: 0...3)
    func padding(missing: Int) {
        let attribute = SocketMessage.attribute(8, value: [0])
        var datagram = SocketMessage(attributes: attribute).bytes
        datagram.put(UInt32(datagram.count - 3), at: 0)
        var replay = Replay()
        #expect(replay.play(Array(datagram.dropLast(missing))) == CNL_MORE)
        #expect(replay.counts.sockets == 1)
    }
}
