// SPDX-License-Identifier: Apache-2.0

import Logging
import SocketStatistics
import Synchronization
import Testing

@testable import SocketExporter

struct LogFormatTests {
    @Test(arguments: [
        ("plain", "k=plain", #"{"k":"plain"}"#),
        ("", #"k="""#, #"{"k":""}"#),
        ("two words", #"k="two words""#, #"{"k":"two words"}"#),
        ("a=b", #"k="a=b""#, #"{"k":"a=b"}"#),
        ("say \"hi\"", #"k="say \"hi\"""#, #"{"k":"say \"hi\""}"#),
        ("back\\slash", #"k="back\\slash""#, #"{"k":"back\\slash"}"#),
        ("line\nbreak\r\ttab", #"k="line\nbreak\r\ttab""#, #"{"k":"line\nbreak\r\ttab"}"#),
        ("\u{1b}[31m\u{7f}\0", #"k="\u001b[31m\u007f\u0000""#, #"{"k":"\u001b[31m\u007f\u0000"}"#),
        ("häß日本", "k=häß日本", #"{"k":"häß日本"}"#),
    ])
    func valuesStayOnOneLine(_ value: String, _ logfmt: String, _ json: String) {
        #expect(LogFormat.logfmt.line([("k", value)]) == logfmt)
        #expect(LogFormat.json.line([("k", value)]) == json)
    }

    @Test func pairsKeepTheirOrder() {
        let pairs = [("ts", "1"), ("level", "info"), ("msg", "a b")].map { (key: $0.0, value: $0.1) }
        #expect(LogFormat.logfmt.line(pairs) == #"ts=1 level=info msg="a b""#)
        #expect(LogFormat.json.line(pairs) == #"{"ts":"1","level":"info","msg":"a b"}"#)
    }

    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00.000Z"), (951_782_400, 7, "2000-02-29T00:00:00.007Z"),
        (1_732_305_599, 999, "2024-11-22T19:59:59.999Z"),
    ])
    func timestamps(_ seconds: Int, _ milliseconds: Int, _ text: String) {
        #expect(Timestamp.text(seconds: seconds, milliseconds: milliseconds) == text)
    }
}

struct SourceLogTests {
    /// A handler that keeps what it is told.
    private struct Recorder: LogHandler {
        final class Lines: Sendable {
            let all = Mutex<[String]>([])
        }

        let lines: Lines
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.all.withLock { $0.append("\(event.level) \(event.message)") }
        }
    }

    private func source(
        _ kind: SourceKind, _ answer: Result<Scan<TCPStatistics>, SourceError>
    ) -> FixedSource<TCPStatistics> {
        FixedSource(kind: kind, answer: answer)
    }

    @Test func aChoiceIsLoggedWhenItChanges() throws {
        let lines = Recorder.Lines()
        let sources = SourceSelector([source(.netlink, .success(ExampleExporter.scan))])
        let log = SourceLog(Logger(label: "test") { _ in Recorder(lines: lines) }, sources)
        for _ in 0..<3 { log.note(try sources.scan()) }
        log.note(nil)
        log.note(try sources.scan())
        #expect(lines.all.withLock { $0 } == ["info Counting TCP sockets"])
    }

    @Test func aSourceThatIsNotTheBestIsAWarning() throws {
        let lines = Recorder.Lines()
        let sources = SourceSelector([
            source(.bpf, .failure(ExampleExporter.broken)), source(.netlink, .success(ExampleExporter.scan)),
        ])
        let log = SourceLog(Logger(label: "test") { _ in Recorder(lines: lines) }, sources)
        for _ in 0..<2 { log.note(try sources.scan()) }
        #expect(lines.all.withLock { $0 } == ["warning Counting TCP sockets"])
    }
}
