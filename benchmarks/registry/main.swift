// SPDX-License-Identifier: Apache-2.0

// What updates of a registry's metrics and writing them cost, as lines `NAME SECONDS COUNT`. See run.

import Exposition
import Glibc
import Synchronization

/// Runs `body`, which does a number of operations, on some threads at once: seconds until all have ended.
func measure(_ name: String, threads: Int, operations: Int, _ body: @escaping @Sendable (Int) -> Void) {
    final class Job: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    let ready = Atomic<Int>(0)
    _ = ready
    let start = ContinuousClock.now
    var handles: [pthread_t] = []
    for index in 0..<threads {
        var thread = pthread_t()
        let job = Unmanaged.passRetained(Job { body(index) })
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, job.toOpaque())
        handles.append(thread)
    }
    for handle in handles { pthread_join(handle, nil) }
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    print(name, Double(seconds) + Double(attoseconds) / 1e18, operations * threads)
}

let registry = Registry()
let requests = try registry.counter(
    "requests_total", labels: ["method", "status"], help: "Requests by method and status.")
let latency = try registry.histogram("latency_seconds", labels: ["method"], help: "Latency by method.")
let temperature = try registry.gauge("temperature_celsius", labels: ["room"], help: "Temperature by room.")
let methods = ["GET", "POST"]

for threads in 1...2 {
    let updates = 20_000_000
    for (place, positions) in [("the same series", [0, 0]), ("a series each", [0, 1])]
    where threads == 2 || place.hasPrefix("the") {
        let counters = try positions.map { try requests.labels(methods[$0], "200") }
        let histograms = try positions.map { try latency.labels(methods[$0]) }
        let gauges = try positions.map { try temperature.labels(methods[$0]) }
        let end = threads == 1 ? "1 thread" : "2 threads, \(place)"
        measure("counter, resolved, \(end):", threads: threads, operations: updates) { thread in
            let counter = counters[thread]
            for _ in 0..<updates { counter.increment() }
        }
        measure("counter, resolved, by 0.5, \(end):", threads: threads, operations: updates) { thread in
            let counter = counters[thread]
            for _ in 0..<updates { counter.increment(by: 0.5) }
        }
        measure("gauge, resolved, set, \(end):", threads: threads, operations: updates) { thread in
            let gauge = gauges[thread]
            for update in 0..<updates { gauge.set(Double(update)) }
        }
        measure("histogram, resolved, \(end):", threads: threads, operations: updates) { thread in
            let histogram = histograms[thread]
            for update in 0..<updates { histogram.observe(Double(update & 1023) * 0.01) }
        }
        measure("counter, by lookup, \(end):", threads: threads, operations: updates / 10) { thread in
            let method = methods[positions[thread]]
            for _ in 0..<updates / 10 { (try? requests.labels(method, "200"))?.increment() }
        }
    }
}

let wide = Registry()
let series = try wide.counter("series_total", labels: ["a", "b"], help: "Series.", maximumSeries: 10_000)
for number in 0..<10_000 {
    try series.labels("value \(number / 100)", "\(number)").increment(by: number)
}
for format in ExpositionFormat.allCases {
    var buffer: [UInt8] = []
    measure("write 10000 series, \(format):", threads: 1, operations: 1) { _ in
        // The first makes room, as the scrape before does.
    }
    for _ in 0..<21 {
        buffer.removeAll(keepingCapacity: true)
        let start = ContinuousClock.now
        format.write(wide.families(), into: &buffer)
        let (_, attoseconds) = (ContinuousClock.now - start).components
        print("10,000 series, \(format):", Double(attoseconds) / 1e18, 1)
    }
}
