import Exposition

let connections = MetricDescription.gauge("app_connections", help: "Open connections.")
let received = MetricDescription.counter("app_received_bytes_total", unit: "bytes", help: "Bytes received.")

let families = [
    MetricFamily(received, 73_528),
    MetricFamily(
        connections, samples: [Sample(12, labels: ["family": "ipv4"]), Sample(3, labels: ["family": "ipv6"])]),
]

let negotiated = NegotiatedFormat(accept: ["text/plain;version=0.0.4"])
var buffer: [UInt8] = []
negotiated.format.write(families, into: &buffer)
print(String(decoding: buffer, as: UTF8.self), terminator: "")
