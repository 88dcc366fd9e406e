// SPDX-License-Identifier: Apache-2.0
//
// What people write first: /proc/net/tcp and tcp6 as strings, split into lines, split into words, counted in a
// dictionary. Prints the number of sockets, those in ESTABLISHED, and the time in seconds.

import Foundation

func countStates(_ path: String, into counts: inout [String: Int]) throws {
    // String(contentsOfFile:) would stop after the first few lines: a proc file says that its size is 0.
    guard let file = FileHandle(forReadingAtPath: path), let bytes = try file.readToEnd() else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(separator: "\n").dropFirst() {
        let words = line.split(separator: " ")
        if words.count > 3 {
            counts[String(words[3]), default: 0] += 1
        }
    }
}

let start = ContinuousClock.now
var counts: [String: Int] = [:]
try countStates("/proc/net/tcp", into: &counts)
try countStates("/proc/net/tcp6", into: &counts)
let time = ContinuousClock.now - start
print(counts.values.reduce(0, +), counts["01", default: 0], time / .seconds(1))
