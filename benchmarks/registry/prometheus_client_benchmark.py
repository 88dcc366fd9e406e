# SPDX-License-Identifier: Apache-2.0
"""The same as main.swift with Python's prometheus_client, for run."""

import sys
import threading
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest as text
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics

registry = CollectorRegistry()
requests = Counter("requests", "Requests.", ["method", "status"], registry=registry)
latency = Histogram("latency_seconds", "Latency.", ["method"], registry=registry)
rooms = Gauge("temperature_celsius", "Temperature.", ["room"], registry=registry)
counters = [requests.labels(method, "200") for method in ("GET", "PUT")]
histograms = [latency.labels(method) for method in ("GET", "PUT")]
gauges = [rooms.labels(room) for room in ("kitchen", "bath")]
UPDATES = 300_000


def counter(series):
    increment = counters[series].inc
    for _ in range(UPDATES):
        increment()


def counter_by_half(series):
    increment = counters[series].inc
    for _ in range(UPDATES):
        increment(0.5)


def lookup(series):
    method = ("GET", "PUT")[series]
    for _ in range(UPDATES):
        requests.labels(method, "200").inc()


def gauge(series):
    update = gauges[series].set
    for value in range(UPDATES):
        update(value)


def histogram(series):
    observe = histograms[series].observe
    for value in range(UPDATES):
        observe((value & 1023) * 0.01)


WHAT = {
    "counter": counter, "counter by 0.5": counter_by_half, "counter by lookup": lookup, "gauge": gauge,
    "histogram": histogram,
}
for threads, place, stride in ((1, "1 thread", 0), (2, "2 threads, one series", 0), (2, "2 threads, a series each", 1)):
    for name, body in WHAT.items():
        start = time.perf_counter()
        running = [threading.Thread(target=body, args=(index * stride,)) for index in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        print(f"{name}|{place}", threads * UPDATES, time.perf_counter() - start, sep="\t")

wide = CollectorRegistry()
many = Counter("series", "Series.", ["group", "number"], registry=wide)
for number in range(10_000):
    many.labels(f"group {number // 100}", str(number)).inc(number)
for name, write in (("text", text), ("OpenMetrics", openmetrics)):
    for _ in range(11):
        start = time.perf_counter()
        write(wide)
        print(f"10,000 series as {name}|", 1, time.perf_counter() - start, sep="\t")
