# SPDX-License-Identifier: Apache-2.0
"""The order in which things are measured."""

import sys
from collections.abc import Callable, Mapping, Sequence

from .results import Conditions, Measures, Row

Measurement = Callable[[], Measures]


def rotated(names: Sequence[str], turn: int) -> list[str]:
    """The names, beginning with another one at each turn: none is always the first, or always after the same."""
    if not names:
        return []
    first = turn % len(names)
    return [*names[first:], *names[:first]]


def interleave(measurements: Mapping[str, Measurement], conditions: Conditions, repetitions: int) -> list[Row]:
    """Measures everything once in each round, after a round that warms up and is thrown away."""
    rows = {name: Row(name, dict(conditions), {}) for name in measurements}
    for turn in range(repetitions + 1):
        say(f"  {describe(conditions)}: " + (f"round {turn} of {repetitions}" if turn else "warm-up"))
        for name in rotated(list(measurements), turn):
            measures = measurements[name]()
            if turn > 0:
                rows[name].add(measures)
    return list(rows.values())


def describe(conditions: Conditions) -> str:
    """The conditions for people."""
    return ", ".join(
        f"{value:,} {name}" if isinstance(value, int) else f"{name} {value}" for name, value in conditions.items())


def say(text: str) -> None:
    """Tells how far the run is."""
    print(text, file=sys.stderr, flush=True)
