# SPDX-License-Identifier: Apache-2.0
"""Where names stand in a plot."""

from collections.abc import Sequence


def moved_apart(places: Sequence[float], gap: float) -> list[float]:
    """The places, with at least a gap between each two, in the same order."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    result = list(places)
    for before, index in zip(order, order[1:]):
        result[index] = max(result[index], result[before] + gap)
    # As far up as down on average.
    shift = sum(result[index] - places[index] for index in order) / max(len(order), 1)
    return [place - shift for place in result]
