# SPDX-License-Identifier: Apache-2.0
"""Latencies as wrk's histogram has them, without what wrk adds.

At its end wrk adds samples for requests that it would have sent had it not waited for a slow answer, one for each mean
time between requests that fits into the wait. The mean is that of the run itself: the slower a subject is as a whole, the
less is added to it, and two subjects are no longer measured alike. What was added follows from the histogram, so that it
can be taken away again, exactly.
"""

import math
from collections.abc import Mapping

from .errors import SuiteError

#: How many answers took so many microseconds.
Histogram = Mapping[int, int]


def measured(histogram: Histogram, requests: int, micros: int, connections: int) -> Histogram:
    """The latencies of the requests that were made, and no others."""
    if sum(histogram.values()) == requests:
        return histogram
    found = without_added(histogram, micros // max(1, requests // connections))
    if sum(found.values()) != requests or any(count < 0 for count in found.values()):
        raise SuiteError("wrk's latencies do not add up to its requests: use wrk 4.1 or 4.2")
    return found


def without_added(histogram: Histogram, interval: int) -> Histogram:
    """Undoes what wrk calls a correction: for each answer of at least two intervals it added one at each whole interval
    less, down to more than one interval."""
    left = dict(histogram)
    for micros in sorted(histogram, reverse=True):
        if micros < 2 * interval:
            break
        if left[micros]:
            for added in range(micros - interval, interval, -interval):
                left[added] = left.get(added, 0) - left[micros]
    return left


def percentile(histogram: Histogram, percent: float) -> int:
    """The least latency that so many of all do not exceed."""
    rank, seen = math.ceil(sum(histogram.values()) * percent / 100), 0
    for micros in sorted(histogram):
        seen += histogram[micros]
        if seen >= rank:
            return micros
    raise SuiteError("there are no latencies")
