// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@Suite struct LabelsTests {
    private static let renderings: [(labels: Labels, text: String)] = [
        (.none, ""), ([:], ""), (["a": "b"], #"a="b""#), (["a": ""], #"a="""#),
        (["b": "1", "a": "2", "_": "3"], #"b="1",a="2",_="3""#),
        (["a": "\\", "b": "\"", "c": "\n"], #"a="\\",b="\"",c="\n""#),
        (["a": "\\n"], #"a="\\n""#), (["a": "\r\n"], "a=\"\r\\n\""),
        (["le": "+Inf", "A9": "{},= "], #"le="+Inf",A9="{},= ""#),
    ]

    @Test(arguments: renderings)
    func rendersInTheOrderGiven(labels: Labels, text: String) {
        // Compared as scalars: a carriage return and a line feed are one Character.
        #expect(labels.description.unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test(arguments: [
        "", " ", "plain", "\\", "\\\\", "\\\\\\\"", "\"\"", "\n\n", "\\n", "\\\n", "a\\", "\0", "\u{1}\u{7f}\u{85}",
        "\r\n", "\u{2028}", "\u{feff}bom", "日本語", "🧦👩‍👩‍👧‍👦", "e\u{301}", "\u{301}", "\n\u{301}", "\"\u{301}", "\\\u{301}",
    ])
    func anyValueReadsBackTheSame(_ value: String) throws {
        let rendered = try Labels([(name: "a", value: value)]).description
        let scalars = rendered.unicodeScalars
        #expect(rendered.utf8.starts(with: "a=\"".utf8) && rendered.utf8.last == UInt8(ascii: "\""))
        #expect(!scalars.contains("\n"))
        let readBack = unescape(String(String.UnicodeScalarView(scalars.dropFirst(3).dropLast())))
        #expect(readBack.unicodeScalars.elementsEqual(value.unicodeScalars))
    }

    @Test(arguments: ["", "1", "a-b", "a:b", "a b", "é", "a\u{301}", "a\"", "a\n", "a="])
    func refusesInvalidName(_ name: String) {
        #expect(throws: MetricError.invalidLabelName(name)) { try Labels([(name: name, value: "")]) }
    }

    @Test(arguments: ["__", "__name__", "___"])
    func refusesReservedName(_ name: String) {
        #expect(throws: MetricError.reservedLabelName(name)) { try Labels([(name: name, value: "")]) }
    }

    @Test func refusesDuplicateName() {
        #expect(throws: MetricError.duplicateLabelName("a")) {
            try Labels([(name: "a", value: "1"), (name: "b", value: "2"), (name: "a", value: "1")])
        }
    }

    @Test func comparesNamesAndValuesInAnyOrder() throws {
        let literal: Labels = ["a": "1", "b": "2"]
        let fromOutside = try Labels([(name: "a", value: "1"), (name: "b", value: "2")])
        #expect(literal == fromOutside && literal.hashValue == fromOutside.hashValue)
        let turned: Labels = ["b": "2", "a": "1"]
        #expect(literal == turned && literal.hashValue == turned.hashValue)
        #expect(turned.description == #"b="2",a="1""#)
        #expect(literal != ["a": "2", "b": "1"])
        #expect(literal != ["a": "1"])
        #expect(["a": "1\",b=\"2"] as Labels != literal)
        #expect(literal != ["a": "1", "b": "3"])
        #expect(try Labels([]) == .none)
    }

    @Test func keepsItsPairs() {
        let labels: Labels = ["b": "\\\n\"", "a": "2"]
        #expect(labels.pairs.map(\.name) == ["b", "a"])
        #expect(labels.pairs.map(\.value) == ["\\\n\"", "2"])
        #expect(labels["b"] == "\\\n\"" && labels["a"] == "2" && labels["c"] == nil)
        #expect(!labels.isEmpty && Labels.none.isEmpty && Labels.none.pairs.isEmpty)
    }

    @Test(
        arguments: [
            ([:], [:], ""), (["a": "1"], [:], #"a="1""#), ([:], ["a": "1"], #"a="1""#),
            (["b": "1"], ["a": "\n", "c": "3"], #"b="1",a="\n",c="3""#),
        ] as [(Labels, Labels, String)])
    func addsOthers(labels: Labels, others: Labels, text: String) throws {
        let sum = try labels.adding(others)
        #expect(sum.description == text)
        #expect(try sum == Labels(others.pairs + labels.pairs))
        #expect(try sum == others.adding(labels))
    }

    @Test func refusesToAddWhatIsThere() {
        #expect(throws: MetricError.duplicateLabelName("a")) { try (["a": "1"] as Labels).adding(["b": "", "a": "1"]) }
    }

    @Test func wrongLiteralStopsTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = ["not a name": ""] as Labels }
        await #expect(processExitsWith: .failure) { _ = ["__name__": ""] as Labels }
        await #expect(processExitsWith: .failure) { _ = ["a": "1", "a": "2"] as Labels }
    }
}
