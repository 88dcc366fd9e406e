# SPDX-License-Identifier: Apache-2.0
"""Table 8: how far the count of the busiest destination is above the truth."""

from .. import paths, processes
from ..plan import Plan
from ..results import Row, Table

#: Destinations, the sockets of each, and those of one more.
CASES = (
    (1_000, 1, 28_000), (1_000, 28, 28_000), (100_000, 1, 100), (100_000, 1, 1), (1_000_000, 1, 1), (1_000, 100, 100),
    (10_000, 100, 100), (30_000, 30, 30),
)


def run(plan: Plan) -> Table:
    """Counts the same destinations with other keys in each trial."""
    table = Table()
    for destinations, sockets, most in CASES:
        command = [paths.BASELINES / "busiest_destination", destinations, sockets, most, plan.destination_trials]
        above = [float(line) for line in processes.run([str(word) for word in command]).output.split()]
        table.rows.append(Row(_subject(destinations, sockets, most), {}, {"above": above}))
    return table


def _subject(destinations: int, sockets: int, most: int) -> str:
    if most == sockets:
        return f"{destinations:,} destinations with {sockets:,} each"
    return f"one with {most:,} beside {destinations:,} with {sockets:,} each"
