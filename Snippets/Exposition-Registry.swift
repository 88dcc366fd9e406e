import Exposition

let registry = Registry()
let requests = try registry.counter("app_requests_total", labels: ["method"], help: "Requests.")
let latency = try registry.histogram(
    "app_latency_seconds", buckets: [0.1, 1], unit: "seconds", help: "Time to answer.")

let gets = try requests.labels("GET")  // once, and kept
gets.increment()
gets.increment(by: 2)
latency.observe(0.25)

var buffer: [UInt8] = []
ExpositionFormat.openMetrics.write(registry.families(), into: &buffer)
print(String(decoding: buffer, as: UTF8.self), terminator: "")
