// SPDX-License-Identifier: Apache-2.0

import Exposition

/// One family of each kind and each shape, with every sign that needs escaping.
let goldenFamilies: [MetricFamily] = [
    MetricFamily(
        .info("app_build_info", help: "What was built."),
        samples: [Sample(1, labels: ["version": "1.0.0", "revision": "0123abc"])]
    ),
    MetricFamily(
        .gauge("socket_tcp_connections", help: "TCP sockets by state."),
        samples: [
            Sample(1_048_576, labels: ["family": "ipv4", "state": "established"]),
            Sample(0, labels: ["family": "ipv4", "state": "time_wait"]),
            Sample(17, labels: ["family": "ipv6", "state": "established"]),
        ]
    ),
    MetricFamily(
        .gauge("time_wait_count", help: "Sockets in TIME_WAIT."), samples: [Sample(7, labels: ["type": "Linux"])]),
    MetricFamily(
        .gauge("socket_scan_duration_seconds", unit: "seconds", help: "How long it took."), .real(0.001_953_125)),
    MetricFamily(.gauge("socket_sockstat_difference", help: "Counted here less counted there."), -3),
    MetricFamily(.counter("app_received_bytes_total", unit: "bytes", help: "Bytes received."), .integer(.max)),
    MetricFamily(
        .counter("app_requests_total", help: "Requests answered."),
        samples: [Sample(1027, labels: ["code": "200"]), Sample(.real(3), labels: ["code": "503"])]
    ),
    MetricFamily(
        .gauge("app_awkward", help: "A \"quoted\" C:\\path,\nthen a line with “Unicode”."),
        samples: [
            Sample(1, labels: ["path": "C:\\temp\\new", "text": "say \"hi\"\nbye"]),
            Sample(2, labels: ["path": "", "text": "{a=\"b\",c}  # EOF"]),
            Sample(3, labels: ["path": "/run/häß/日本/🧦.sock", "text": "tab\tcarriage return\r"]),
        ]
    ),
    MetricFamily(
        .gauge("app_extremes", help: ""),
        samples: [
            Sample(.real(.infinity), labels: ["value": "infinity"]),
            Sample(.real(-.infinity), labels: ["value": "negative infinity"]),
            Sample(.real(.nan), labels: ["value": "not a number"]),
            Sample(.integer(.min), labels: ["value": "least integer"]),
            Sample(.real(.greatestFiniteMagnitude), labels: ["value": "greatest real"]),
            Sample(.real(.leastNonzeroMagnitude), labels: ["value": "least real"]),
        ]
    ),
    MetricFamily(
        .histogram("app_request_duration_seconds", unit: "seconds", help: "How long requests took."),
        samples: [
            Sample(.histogram(HistogramValue(.default, counts: [3, 0, 2, 1], sum: 0.125)), labels: ["method": "GET"]),
            Sample(.histogram(HistogramValue(.default, counts: [], sum: 0)), labels: ["method": "\"PUT\""]),
        ]
    ),
    MetricFamily(
        .histogram("app_answer_bytes", unit: "bytes", help: "Sizes of answers."),
        .histogram(HistogramValue([0, 1, 1024, 1_048_576, 1e9], counts: [1, 0, .max - 1], sum: 1e300))),
    MetricFamily(
        .histogram("app_balance", help: "Also below zero."),
        .histogram(HistogramValue([-10, 0, 10], counts: [4, 3, 2, 1], sum: -40))),
    MetricFamily(
        .histogram("app_only", help: "No bucket but the last."), .histogram(HistogramValue([], counts: [5], sum: 5))),
    MetricFamily(
        .gaugeHistogram("app_queue_age_seconds", unit: "seconds", help: "Ages of what \"waits\"."),
        samples: [
            Sample(.histogram(HistogramValue([1, 60], counts: [3, 0, 2], sum: 125.5)), labels: ["queue": "a\\b"]),
            Sample(.histogram(HistogramValue([1, 60], counts: [], sum: 0)), labels: ["queue": "c"]),
        ]
    ),
    MetricFamily(
        .gaugeHistogram("app_offsets", help: ""),
        .histogram(HistogramValue([-10, 0, 10], counts: [4, 3, 2, 1], sum: -40))),
    MetricFamily(
        .gaugeHistogram("app_lags", help: "A sum that OpenMetrics does not allow."),
        .histogram(HistogramValue([1], counts: [4], sum: -0.5))),
    MetricFamily(.gauge("app_without_samples", help: "Left out.")),
]
