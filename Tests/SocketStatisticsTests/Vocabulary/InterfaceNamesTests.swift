// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct InterfaceNamesTests {
    @Test func eachInterfaceIsLookedUpOnce() {
        var names = InterfaceNames()
        var asked: [UInt32] = []
        func lookUp(_ index: UInt32) -> String? {
            asked.append(index)
            return index == 2 ? "eth0" : nil
        }
        let found = [0, 2, 3, 2, 3, .max].map { names.name(of: $0, lookUp: lookUp) }
        #expect(found == [nil, "eth0", "3", "eth0", "3", "4294967295"])
        #expect(asked == [2, 3, .max])
    }

    @Test func theThreadsNamespaceHasALoopback() {
        var names = InterfaceNames()
        #expect(names.name(of: 1) == "lo")
        #expect(names.name(of: 0x7fff_fff0) == "2147483632")
    }

    @Test func aNameEndsAtTheZero() {
        #expect(InterfaceNames.text([0x65, 0x30, 0, 0x31]) == "e0")
        #expect(InterfaceNames.text([0x65, -1, 0x30]) == "e\u{fffd}0")
        #expect(InterfaceNames.text([0, 0x65]) == nil)
        #expect(InterfaceNames.text([]) == nil)
    }
}
