# SPDX-License-Identifier: Apache-2.0
"""The order in which things are measured."""

import random
import sys
from collections.abc import Callable, Mapping, Sequence

from .results import Conditions, Measures, Row

Measurement = Callable[[], Measures]


def shuffled(names: Sequence[str], turn: int) -> list[str]:
    """The names in an order of the turn's own, the same in every run.

    Not merely rotated: then each would always follow the same one, and find the kernel's table in the processor's
    caches, or not, by who that is.
    """
    order = list(names)
    random.Random(turn).shuffle(order)
    return order


def interleave(measurements: Mapping[str, Measurement], conditions: Conditions, repetitions: int) -> list[Row]:
    """Measures everything once in each round, after a round that warms up and is thrown away."""
    rows = {name: Row(name, dict(conditions), {}) for name in measurements}
    for turn in range(repetitions + 1):
        say(f"  {describe(conditions)}: " + (f"round {turn} of {repetitions}" if turn else "warm-up"))
        for name in shuffled(list(measurements), turn):
            measures = measurements[name]()
            if turn > 0:
                rows[name].add(measures)
    return list(rows.values())


def describe(conditions: Conditions) -> str:
    """The conditions for people."""
    return ", ".join(
        f"{name} {value}" if isinstance(value, str) else f"{value:,} {name if value != 1 else name.removesuffix('s')}"
        for name, value in conditions.items())


def say(text: str) -> None:
    """Tells how far the run is."""
    print(text, file=sys.stderr, flush=True)
