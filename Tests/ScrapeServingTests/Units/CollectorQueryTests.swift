// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@testable import ScrapeServing

/// What node_exporter 1.11.1 makes of these queries was tried: its answers are the same.
@Suite struct CollectorQueryTests {
    private static let names = Registry.CollectorNames(enabled: ["time", "loadavg"], disabled: ["cpu"])

    @Test(arguments: [
        ("", CollectorSelection.all),
        ("collect[]=time", .only(["time"])),
        ("collect%5B%5D=time", .only(["time"])),
        ("collect%5b%5d=time", .only(["time"])),
        ("collect[]=time&collect[]=loadavg", .only(["time", "loadavg"])),
        ("collect[]=time&collect[]=time", .only(["time"])),
        ("&&collect[]=time&", .only(["time"])),
        ("collect[]=ti%6de", .only(["time"])),
        ("x=%zz&collect[]=time&y", .only(["time"])),
        // Pairs that cannot be read are skipped.
        ("collect[]=ti%6", .all), ("collect[]=ti%zz", .all), ("collect[]=%", .all), ("collect%5=x", .all),
        ("collect[]=time;x", .all), ("collect[]=time;collect[]=loadavg", .all),
        ("collect[]=ti%zz&collect[]=time", .only(["time"])),
        ("collect[]=ti%zz&exclude[]=time", .except(["time"])),
        // Other names are not meant.
        ("Collect[]=time", .all), ("collect=time", .all), ("collect[0]=time", .all),
        ("exclude[]=time", .except(["time"])),
        ("exclude[]=time&exclude[]=loadavg", .except(["time", "loadavg"])),
        ("exclude[]=ti%6de", .except(["time"])),
        ("exclude[]=nope", .all), ("exclude[]=", .all), ("exclude[]", .all), ("exclude[]=cpu", .all),
        ("exclude[]=ti+me", .all), ("exclude[]=time%20", .all),
    ])
    func `selects`(query: String, selection: CollectorSelection) throws {
        #expect(try CollectorQuery(query[...]).selection { Self.names } == selection)
    }

    @Test(arguments: [
        ("collect[]=", "missing collector: "), ("collect[]", "missing collector: "),
        ("collect[]=nope", "missing collector: nope"), ("collect[]=cpu", "disabled collector: cpu"),
        ("collect[]=time&collect[]=nope", "missing collector: nope"),
        ("collect[]=nope&collect[]=cpu", "missing collector: nope"),
        ("collect[]=cpu&collect[]=nope", "disabled collector: cpu"),
        ("collect[]=ti+me", "missing collector: ti me"), ("collect[]=%20time", "missing collector:  time"),
        ("collect[]==time", "missing collector: =time"), ("collect[]=%E9", "missing collector: \u{FFFD}"),
        ("collect[]=time%00", "missing collector: time\0"),
        ("collect[]=time&exclude[]=nope", "Combined collect and exclude queries are not allowed."),
        ("collect[]=time&exclude[]=", "Combined collect and exclude queries are not allowed."),
        ("collect[]=nope&exclude[]=time", "Combined collect and exclude queries are not allowed."),
    ])
    func `refuses`(query: String, sentence: String) {
        let refusal = #expect(throws: CollectorQuery.Refusal.self) {
            try CollectorQuery(query[...]).selection { Self.names }
        }
        #expect(refusal?.description == sentence)
    }
}
