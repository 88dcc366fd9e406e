# SPDX-License-Identifier: Apache-2.0
"""What a few repetitions say."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The middle of some repetitions, and how far apart they are."""

    median: float
    least: float
    greatest: float

    @staticmethod
    def of(values: Sequence[float]) -> "Spread":
        """The spread of at least one value."""
        return Spread(statistics.median(values), min(values), max(values))

    def holds(self, value: float) -> bool:
        """Whether a value is within the spread."""
        return self.least <= value <= self.greatest


def ratios(values: Sequence[float], ours: Sequence[float]) -> list[float]:
    """How many times ours, round by round: what disturbs the machine for a while disturbs both. None beside a zero."""
    pairs = list(zip(values, ours))
    if any(own <= 0 for _, own in pairs):
        return []
    return [value / own for value, own in pairs]


def agree(first: Sequence[float], second: Sequence[float], tolerance: float) -> bool:
    """Whether two runs found the same: one's median is within the other's spread, or the medians are near."""
    one, two = Spread.of(first), Spread.of(second)
    return one.holds(two.median) or two.holds(one.median) or are_near(one.median, two.median, tolerance)


def are_near(one: float, two: float, tolerance: float) -> bool:
    """Whether the difference is at most such a part of the greater one."""
    return abs(one - two) <= tolerance * max(abs(one), abs(two))


def fit(sizes: Sequence[float], values: Sequence[float]) -> dict[str, float]:
    """Least squares for value = fixed + each * size, of relative errors: else the largest size alone would decide.

    `worst` is the greatest relative error of the line.
    """
    import numpy  # not at the top: all but the fit works without

    x, y = numpy.asarray(sizes, float), numpy.asarray(values, float)
    lines = numpy.stack([1 / y, x / y], axis=1)
    (fixed, each), *_ = numpy.linalg.lstsq(lines, numpy.ones_like(y), rcond=None)
    worst = float(numpy.max(numpy.abs((fixed + each * x) / y - 1)))
    return {"fixed": float(fixed), "each": float(each), "worst": worst}
