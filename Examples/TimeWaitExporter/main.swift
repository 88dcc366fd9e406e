// SPDX-License-Identifier: Apache-2.0

// Serves time_wait_count{type="Linux"} at http://HOST:8090/metrics, or on another port: TimeWaitExporter [PORT]

import Exposition
import Glibc
import ScrapeServing
import SocketStatistics

guard let port = UInt16(CommandLine.arguments.dropFirst().first ?? "8090") else {
    print("usage: TimeWaitExporter [PORT]")
    exit(2)
}
let source = NetlinkSource()
let registry = Registry()
do {
    // Where counting fails, the scrape shows no number, and the log says why.
    try registry.collect(.gauge("time_wait_count", help: "TCP connections of the system in state TIME_WAIT.")) {
        try source.scan().statistics[.timeWait].map { [Sample($0, labels: ["type": "Linux"])] } ?? []
    }
    try await ScrapeServer(registry, host: "", port: port).runUntilSignal()
} catch {
    print("TimeWaitExporter: \(error)")
    exit(1)
}
