# SPDX-License-Identifier: Apache-2.0
"""Compares two runs:

    cd benchmarks && python3 -m suite.compare FIRST/results.json SECOND/results.json

A figure agrees when one run's median is within the other's least and greatest, or when the medians are less than the
tolerance apart. Exit code 0 when at least nine of ten figures agree, 1 otherwise.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import figures, markdown
from .results import Results
from .rounds import describe
from .spread import Spread, agree

TOLERANCE = 0.10
ENOUGH = 0.9


@dataclass(frozen=True)
class Comparison:
    """One figure in both runs."""

    table: str
    what: str
    measure: str
    first: Spread | None
    second: Spread | None
    agrees: bool


def comparisons(first: Results, second: Results) -> Iterator[Comparison]:
    """Every figure of either. One that only one of them has does not agree."""
    ours, theirs = _figures(first), _figures(second)
    for key in dict.fromkeys([*ours, *theirs]):
        values, again = ours.get(key), theirs.get(key)
        agrees = values is not None and again is not None and agree(values, again, TOLERANCE)
        yield Comparison(*key, values and Spread.of(values), again and Spread.of(again), agrees)


def _figures(results: Results) -> dict[tuple[str, str, str], list[float]]:
    """The repetitions of each figure, by table, row and measure."""
    found = {}
    for name, table in results.tables.items():
        for row in table.rows:
            what = f"{row.subject}, {describe(row.conditions)}" if row.conditions else row.subject
            found.update({(name, what, measure): values for measure, values in row.samples.items() if values})
    return found


def report(found: list[Comparison]) -> str:
    """How many agree in each table, and those that do not."""
    tables = list(dict.fromkeys(item.table for item in found))
    rows = []
    for table in tables:
        mine = [item for item in found if item.table == table]
        agreeing = sum(item.agrees for item in mine)
        rows.append([table, str(len(mine)), str(agreeing), f"{agreeing / len(mine):.0%}"])
    text = markdown.lines(["table", "figures", "agree", ""], rows)
    apart = [item for item in found if not item.agrees]
    if apart:
        text += "\n" + markdown.lines(
            ["table", "what", "measure", "first", "second", "second / first"],
            [[item.table, item.what, item.measure, _range(item.first), _range(item.second),
              _ratio(item)] for item in apart])
    return text


def _ratio(item: Comparison) -> str:
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
    agreeing = sum(item.agrees for item in found)
    print(f"\n{agreeing} of {len(found)} figures agree.")
    return 0 if found and agreeing >= ENOUGH * len(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
