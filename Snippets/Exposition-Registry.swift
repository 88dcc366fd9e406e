import Exposition

let registry = Registry()
try registry.info("app_build_info", ["version": "1.4.2"], help: "The version that runs.")
let requests = try registry.counter("app_requests_total", labels: ["method"], help: "Requests.")
let latency = try registry.histogram(
    "app_latency_seconds", buckets: [0.1, 1], unit: "seconds", help: "Time to answer.")

let gets = try requests.labels(["method": "GET"])  // once, and kept
gets.increment()
gets.increment(by: 2)
latency.observe(.milliseconds(250))

var buffer: [UInt8] = []
ExpositionFormat.openMetrics.write(registry.gather().families, into: &buffer)
print(String(decoding: buffer, as: UTF8.self), terminator: "")
