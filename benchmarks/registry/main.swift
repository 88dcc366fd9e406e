// SPDX-License-Identifier: Apache-2.0

// What updates of a registry's metrics and writing them cost, a line each: NAME, tab, operations, tab, seconds. See run.

import Exposition
import Glibc

final class Job: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// Runs `body` on some threads at once: the seconds until all have ended.
func seconds(threads: Int, _ body: @escaping @Sendable (_ thread: Int) -> Void) -> Double {
    let clock = ContinuousClock()
    let duration = clock.measure {
        let handles = (0..<threads).map { index in
            var thread = pthread_t()
            let job = Unmanaged.passRetained(Job { body(index) })
            pthread_create(
                &thread, nil,
                { argument in
                    if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body() }
                    return nil
                }, job.toOpaque())
            return thread
        }
        for handle in handles { pthread_join(handle, nil) }
    }
    return duration / .seconds(1)
}

func report(_ name: String, _ operations: Int, _ seconds: Double) {
    print(name, operations, seconds, separator: "\t")
}

let registry = Registry()
let requests = try registry.counter("requests_total", labels: ["method", "status"], help: "Requests.")
let latency = try registry.histogram("latency_seconds", labels: ["method"], help: "Latency.")
let rooms = try registry.gauge("temperature_celsius", labels: ["room"], help: "Temperature.")
let counters = try ["GET", "PUT"].map { try requests.labels($0, "200") }
let histograms = try ["GET", "PUT"].map { try latency.labels($0) }
let gauges = try ["kitchen", "bath"].map { try rooms.labels($0) }
let updates = 10_000_000

for (threads, place, stride) in [
    (1, "1 thread", 0), (2, "2 threads, one series", 0), (2, "2 threads, a series each", 1),
] {
    func measure(_ what: String, _ updates: Int, _ body: @escaping @Sendable (_ series: Int) -> Void) {
        report("\(what)|\(place)", threads * updates, seconds(threads: threads) { body($0 * stride) })
    }
    measure("counter", updates) { series in
        let counter = counters[series]
        for _ in 0..<updates { counter.increment() }
    }
    measure("counter by 0.5", updates) { series in
        let counter = counters[series]
        for _ in 0..<updates { counter.increment(by: 0.5) }
    }
    measure("counter by lookup", updates / 10) { series in
        let method = ["GET", "PUT"][series]
        for _ in 0..<updates / 10 { (try? requests.labels(method, "200"))?.increment() }
    }
    measure("gauge", updates) { series in
        let gauge = gauges[series]
        for update in 0..<updates { gauge.set(update) }
    }
    measure("histogram", updates) { series in
        let histogram = histograms[series]
        for update in 0..<updates { histogram.observe(Double(update & 1023) * 0.01) }
    }
}

let wide = Registry()
let series = try wide.counter("series_total", labels: ["group", "number"], help: "Series.", maximumSeries: 10_000)
for number in 0..<10_000 { try series.labels("group \(number / 100)", "\(number)").increment(by: number) }
for format in [ExpositionFormat.prometheusText, .openMetrics] {
    var buffer: [UInt8] = []
    for _ in 0..<11 {
        let duration = ContinuousClock().measure {
            buffer.removeAll(keepingCapacity: true)
            format.write(wide.gather().families, into: &buffer)
        }
        report("10,000 series as \(format == .openMetrics ? "OpenMetrics" : "text")|", 1, duration / .seconds(1))
    }
}
