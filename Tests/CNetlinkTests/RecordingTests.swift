// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Testing

@Suite("Recorded dumps")
struct RecordingTests {
    @Test("give the counts of their golden", arguments: Fixture.recordingNames)
    func golden(name: String) throws {
        let recording = try Recording(named: name)
        var replay = recording.replay
        let progress = replay.play(recording.datagrams)
        #expect((progress == CNL_FAILED) == (replay.failure != .none))
        let text = "failure \(replay.failure)\n" + replay.counts.text
        if Fixture.areUpdated {
            try Fixture.write(text, to: name + ".golden")
        }
        #expect(try text == String(decoding: Fixture.read(name + ".golden"), as: UTF8.self))
    }

    @Test("exist")
    func existence() {
        #expect(Fixture.recordingNames.count >= 32)
    }

    @Test("give the same counts however the messages are packed", arguments: Fixture.recordingNames)
    func packing(name: String) throws {
        let recording = try Recording(named: name)
        var recorded = recording.replay
        var single = recording.replay
        var joined = recording.replay
        let progress = recorded.play(recording.datagrams)
        #expect(single.play(recording.messages) == progress)
        #expect(joined.play(Array(recording.messages.joined())) == progress)
        #expect(single.counts.text == recorded.counts.text)
        #expect(joined.counts.text == recorded.counts.text)
    }

    /// The same population was made on each, so that a field read at the wrong place would show.
    @Test("agree across kernels", arguments: ["both", "both-unprivileged", "ipv4", "ipv6"], ["5.10", "6.1", "6.12"])
    func kernels(kind: String, version: String) throws {
        #expect(try connections("\(version)-\(kind)") == connections("6.18-\(kind)"))
    }

    /// Nothing in them was opened with TCP Fast Open, which alone makes sockets in this state.
    @Test(
        "have nothing but requests in state SYN_RECV", arguments: ["both", "both-unprivileged"],
        ["5.10", "6.1", "6.12", "6.18"])
    func requests(kind: String, version: String) throws {
        let recording = try Recording(named: "\(version)-\(kind)")
        var replay = recording.replay
        try #require(replay.play(recording.datagrams) == CNL_COMPLETE)
        #expect(replay.counts.requests == replay.counts.connections(.ipv4, 3) + replay.counts.connections(.ipv6, 3))
        #expect(replay.counts.requests > 0)
    }

    @Test("of both families are the sum of one dump for each", arguments: ["5.10", "6.1", "6.12", "6.18"])
    func families(version: String) throws {
        let both = try connections("\(version)-both")
        let ipv4 = try connections("\(version)-ipv4")
        let ipv6 = try connections("\(version)-ipv6")
        #expect(both == zip(ipv4, ipv6).map(+))
        #expect(try both == connections("\(version)-both-unprivileged"))
    }

    private func connections(_ name: String) throws -> [UInt64] {
        let recording = try Recording(named: name)
        var replay = recording.replay
        try #require(replay.play(recording.datagrams) == CNL_COMPLETE)
        let counts = replay.counts
        return Family.allCases.flatMap { family in
            (0..<UInt32(CST_STATES)).map { counts.connections(family, $0) }
        }
    }
}
