# SPDX-License-Identifier: Apache-2.0

import random
import unittest
from collections import Counter

from suite import latencies
from suite.errors import SuiteError


def as_wrk_corrects(measured: dict[int, int], interval: int) -> dict[int, int]:
    """What stats_correct of wrk 4.1 makes of a histogram."""
    histogram = Counter(measured)
    for micros in range(2 * interval, max(histogram) + 1):
        added = micros - interval
        while histogram[micros] and added > interval:
            histogram[added] += histogram[micros]
            added -= interval
    return {micros: count for micros, count in histogram.items() if count}


class LatencyTests(unittest.TestCase):
    def test_one_stall(self):
        stalled = {2_100: 936, 1_000_000: 1}
        histogram = as_wrk_corrects(stalled, 3_000)
        self.assertGreater(latencies.percentile(histogram, 99), 900_000)
        found = latencies.measured(histogram, 937, 3_000 * 937, 1)
        self.assertEqual({micros: count for micros, count in found.items() if count}, stalled)
        self.assertEqual(latencies.percentile(found, 99), 2_100)

    def test_anything(self):
        numbers = random.Random(1)
        for _ in range(200):
            interval = numbers.randint(1, 50)
            values = Counter(numbers.choices(range(1, 600), k=numbers.randint(1, 300)))
            found = latencies.without_added(as_wrk_corrects(values, interval), interval)
            self.assertEqual({micros: count for micros, count in found.items() if count}, dict(values))

    def test_nothing_was_added(self):
        self.assertEqual(latencies.measured({10: 3}, 3, 30, 1), {10: 3})

    def test_what_does_not_add_up(self):
        with self.assertRaises(SuiteError):
            latencies.measured({10: 3}, 4, 40, 1)

    def test_percentiles(self):
        histogram = {10: 98, 20: 1, 30: 1}
        self.assertEqual([latencies.percentile(histogram, percent) for percent in (50, 98, 99, 100)], [10, 10, 20, 30])
        with self.assertRaises(SuiteError):
            latencies.percentile({}, 50)
