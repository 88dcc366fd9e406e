// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@Suite struct ContentCodingTests {
    @Test(arguments: [
        "gzip", "GZIP", "Gzip", "x-gzip", "X-GZIP", "gzip;q=1", "gzip;q=0.001", "gzip; q=1.000", "gzip ;\tq=0.5",
        "gzip;Q=0.5",
        "gzip, deflate, br", "deflate, gzip;q=1.0, *;q=0.5", "br;q=1.0, gzip;q=0.8, *;q=0.1", " gzip ", "gzip,",
        ",,gzip",
        "gzip;q=0.5, identity;q=0.5", "identity;q=0.4, gzip;q=0.5", "identity;q=0, gzip", "*", "*;q=0.1",
        "identity;q=0, *",
        "identity;q=0.1, *;q=0.2", "gzip;foo=bar", "gzip;foo=bar;q=0.5", "br, *;q=0, gzip", "gzip;q=1, *;q=0",
    ])
    func gzip(_ field: String) {
        #expect(ContentCoding(acceptEncoding: [field]) == .gzip)
    }

    @Test(arguments: [
        "", " ", ",", "identity", "br", "deflate", "gzip;q=0", "gzip;q=0.0", "gzip;q=0.000", "GZIP;Q=0", "gzip;q=0, *",
        "*, gzip;q=0",
        "x-gzip;q=0, *;q=1", "gzipped", "agzip", "gzip2", "x-gzipped", "identity;q=1, gzip;q=0.5",
        "gzip;q=0.5, identity",
        "gzip;q=0.5, *;q=1", "*;q=0", "*;q=0, identity", "identity;q=0", "identity;q=0, gzip;q=0", "gzip;q=2",
        "gzip;q=-1",
        "gzip;q=", "gzip;q", "gzip;q=abc", "gzip;q=0.1234", "gzip;q=1.001", "gzip q=1", "\"gzip\"", "gzip=1",
    ])
    func identity(_ field: String) {
        #expect(ContentCoding(acceptEncoding: [field]) == .identity)
    }

    @Test func severalFieldsAreOneList() {
        #expect(ContentCoding(acceptEncoding: ["br", "gzip"]) == .gzip)
        #expect(ContentCoding(acceptEncoding: ["gzip;q=0", "*"]) == .identity)
        #expect(ContentCoding(acceptEncoding: ["identity", "gzip;q=0.9"]) == .identity)
        #expect(ContentCoding(acceptEncoding: []) == .identity)
    }

    @Test func aHostileFieldIsRead() {
        #expect(ContentCoding(acceptEncoding: [String(repeating: "gzip;q=0.5,", count: 100_000)]) == .gzip)
        #expect(ContentCoding(acceptEncoding: [String(repeating: "\"", count: 100_001) + ",gzip"]) == .identity)
    }
}
