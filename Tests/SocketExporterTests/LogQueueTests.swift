// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization
import Testing

@testable import SocketExporter

@Suite(.timeLimit(.minutes(5))) struct LogQueueTests {
    /// An output that takes lines when the test lets it.
    private final class Output: LogOutput {
        let isReady: Bool
        private let gate = DispatchSemaphore(value: 0)
        private let taken = Mutex("")

        init(isReady: Bool = false) {
            self.isReady = isReady
        }

        var text: String { taken.withLock { $0 } }

        func take(_ lines: [UInt8]) -> Bool {
            if !isReady { gate.wait() }
            taken.withLock { $0 += String(decoding: lines, as: UTF8.self) }
            return true
        }

        func open(times: Int) {
            for _ in 0..<times { gate.signal() }
        }
    }

    @Test func lineByLineInOrderBeforeTheThreadAndAfter() throws {
        let output = Output(isReady: true)
        let queue = LogQueue(output)
        queue.add("1\n")
        #expect(output.text == "1\n")
        try queue.start()
        for number in 2...1000 { queue.add("\(number)\n") }
        queue.flush(seconds: 300)
        #expect(output.text == (1...1000).map { "\($0)\n" }.joined())
        #expect(queue.droppedLines == 0)
    }

    @Test func whatNobodyReadsWaitsAndIsDroppedWhereItIsTooMuch() throws {
        let output = Output()
        let queue = LogQueue(output)
        queue.add("first\n")
        try queue.start()
        let line = String(repeating: "x", count: 1023) + "\n"
        // Twice the room: what the thread has taken out already gives room again, but once.
        for _ in 0..<(2 * LogQueue.capacity / 1024 + 10) { queue.add(line) }
        #expect(queue.droppedLines >= 10)
        #expect(output.text.isEmpty)
        // Nobody waits here for longer than it says.
        queue.flush(seconds: 0.01)
        output.open(times: 1_000)
        queue.flush(seconds: 300)
        #expect(output.text.hasPrefix("first\n"))
        let lines = UInt64(output.text.split(separator: "\n").count)
        #expect(lines + queue.droppedLines == UInt64(2 * LogQueue.capacity / 1024 + 11))
        queue.add("last\n")
        queue.flush(seconds: 300)
        #expect(output.text.hasSuffix("last\n"))
    }

    @Test func whatCannotBeWrittenIsCounted() throws {
        struct ClosedOutput: LogOutput {
            let isReady = true
            func take(_ lines: [UInt8]) -> Bool { false }
        }
        let queue = LogQueue(ClosedOutput())
        queue.add("1\n")
        #expect(queue.droppedLines == 1)
        try queue.start()
        for _ in 0..<10 { queue.add("2\n") }
        queue.flush(seconds: 300)
        #expect(queue.droppedLines == 11)
    }

    @Test func aFlushWithoutThreadStartsIt() {
        let output = Output()
        let queue = LogQueue(output)
        queue.add("line\n")
        output.open(times: 1)
        queue.flush(seconds: 300)
        #expect(output.text == "line\n")
    }
}
