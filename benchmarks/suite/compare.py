# SPDX-License-Identifier: Apache-2.0
"""Compares two runs:

    cd benchmarks && python3 -m suite.compare FIRST/results.json SECOND/results.json

A figure agrees when one run's median is within the other's least and greatest, or when the medians are at most the
tolerance apart. So does the ratio of a figure to ours, which says the same on a day when the machine is slower. Exit code
0 when at least nine of ten figures agree, and nine of ten ratios, 1 otherwise.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import figures, machine, markdown
from .results import Results, Row
from .rounds import describe
from .servers import OURS
from .spread import Spread, agree, are_near, ratios

TOLERANCE = 0.10
ENOUGH = 0.9

#: What hardly differs from run to run: it would only make more figures agree. And what is drawn at random.
CONSTANT = {"body_bytes", "errors", "scrapes", "retries", "instructions", "allocations", "above"}


@dataclass(frozen=True)
class Key:
    """Which figure it is."""

    table: str
    what: str
    measure: str
    is_ratio: bool


@dataclass(frozen=True)
class Comparison:
    """One figure in both runs."""

    key: Key
    first: Spread | None
    second: Spread | None
    agrees: bool

    @property
    def is_near(self) -> bool:
        """Whether the medians are near: a wide spread agrees with much."""
        return bool(self.first and self.second and are_near(self.first.median, self.second.median, TOLERANCE))


def comparisons(first: Results, second: Results) -> Iterator[Comparison]:
    """Every figure of either. One that only one of them has does not agree."""
    ours, theirs = _figures(first), _figures(second)
    for key in dict.fromkeys([*ours, *theirs]):
        values, again = ours.get(key), theirs.get(key)
        agrees = values is not None and again is not None and agree(values, again, TOLERANCE)
        yield Comparison(key, values and Spread.of(values), again and Spread.of(again), agrees)


def _figures(results: Results) -> dict[Key, list[float]]:
    """The repetitions of each figure, and its ratios to ours."""
    found = {}
    for name, table in results.tables.items():
        for row in table.rows:
            what = f"{row.subject}, {describe(row.conditions)}" if row.conditions else row.subject
            ours = table.find(OURS, **row.conditions)
            found.update({
                Key(name, what, measure, False): values
                for measure, values in row.samples.items() if values and measure not in CONSTANT})
            if ours and ours is not row:
                found.update({Key(name, what, measure, True): times for measure, times in _ratios(name, row, ours)})
    return found


def _ratios(table: str, row: Row, ours: Row) -> Iterator[tuple[str, list[float]]]:
    """Of the measures whose ratios the tables show."""
    for column in markdown.COMPARED[table][1]:
        if column.has_ratio:
            times = ratios(row.samples.get(column.measure, []), ours.samples.get(column.measure, []))
            if times:
                yield column.measure, times


def document(first: Results, second: Results) -> str:
    """The comparison as a page."""
    found = list(comparisons(first, second))
    before, this = (
        f"{run.versions.get('socket_exporter', 'an unknown version')}; {machine.line(run.machine)}, "
        f"{machine.buckets(run.machine)}" for run in (first, second))
    return (
        "# Two runs\n\n"
        "[The run before](previous.json) and [this one](results.json), figure by figure. They agree where one's median is "
        f"within the other's least and greatest, or the medians are at most {TOLERANCE:.0%} apart. Times are in "
        "seconds, memory in bytes. What hardly differs from run to run is left out: the length of answers, errors, "
        "scrapes, chains read again, instructions, allocations. So is the count of the busiest destination, which is "
        "drawn at random.\n\n"
        f"- before: {before}\n- this: {this}\n\n{report(found)}")


def report(found: list[Comparison]) -> str:
    """How many agree in each table, and those that do not."""
    tables = list(dict.fromkeys(item.key.table for item in found))
    rows = [
        [table, *_counts([item for item in found if item.key.table == table])]
        for table in tables
    ]
    rows.append(["all", *_counts(found)])
    near = f"medians at most {TOLERANCE:.0%} apart"
    text = markdown.lines(["table", "figures that agree", near, "ratios that agree", near], rows)
    apart = [item for item in found if not item.agrees]
    if apart:
        text += "\n" + markdown.lines(
            ["table", "what", "measure", "first", "second", "second / first"],
            [[item.key.table, item.key.what, item.key.measure + (" × ours" if item.key.is_ratio else ""),
              _range(item.first), _range(item.second), _change(item)] for item in apart])
    return text


def _counts(found: list[Comparison]) -> list[str]:
    """How many figures agree and are near, and how many ratios."""
    cells = []
    for of_ratios in (False, True):
        mine = [item for item in found if item.key.is_ratio == of_ratios]
        cells += [f"{sum(item.agrees for item in mine)} of {len(mine)}" if mine else ""]
        cells += [f"{sum(item.is_near for item in mine)}" if mine else ""]
    return cells


def are_enough(found: list[Comparison]) -> bool:
    """Whether nine of ten figures agree, and of ratios where there are some."""
    kinds = [[item.agrees for item in found if item.key.is_ratio == of_ratios] for of_ratios in (False, True)]
    return bool(found) and all(sum(kind) >= ENOUGH * len(kind) for kind in kinds)


def _change(item: Comparison) -> str:
    if not item.first or not item.second or not item.first.median:
        return ""
    return f"{item.second.median / item.first.median:.2f}"


def _range(spread: Spread | None) -> str:
    if not spread:
        return "missing"
    return figures.with_range(spread, lambda value: f"{value:.4g}")


def main(arguments: list[str]) -> int:
    """The command."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    found = list(comparisons(*(Results.load(Path(argument)) for argument in arguments)))
    print(report(found), end="")
    return 0 if are_enough(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
