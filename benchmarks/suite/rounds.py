# SPDX-License-Identifier: Apache-2.0
"""The order in which things are measured."""

import sys
from collections.abc import Callable, Mapping, Sequence

from .results import Conditions, Measures, Row

Measurement = Callable[[], Measures]


def balanced(names: Sequence[str], turn: int) -> list[str]:
    """The names in the order of a turn: a row of a Williams square.

    Not merely rotated: then each would always follow the same one, and find the processor's caches as that one leaves
    them. Here an even number of names never follow each other twice in as many turns, an odd number at most twice, and
    nobody follows itself from one turn to the next.
    """
    count = len(names)
    zigzag = [(place + 1) // 2 if place % 2 else -(place // 2) for place in range(count)]
    # Of two, the last would be the next turn's first.
    shift = turn if count > 2 else 0
    return [names[(step + shift) % count] for step in zigzag]


def interleave(measurements: Mapping[str, Measurement], conditions: Conditions, repetitions: int) -> list[Row]:
    """Measures everything once in each round, after a round that warms up and is thrown away."""
    rows = {name: Row(name, dict(conditions), {}) for name in measurements}
    for turn in range(repetitions + 1):
        say(f"  {describe(conditions)}: " + (f"round {turn} of {repetitions}" if turn else "warm-up"))
        for name in balanced(list(measurements), turn):
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
