# SPDX-License-Identifier: Apache-2.0
"""Table 5: the steps of a scrape alone: instructions and allocations by valgrind, time by ordo-one/benchmark."""

import shutil

from ..microcounts import build_runner, count_all, list_microbenchmarks
from ..microtimes import key, measure_times
from ..plan import Plan
from ..results import Row, Table
from ..rounds import say


def run(plan: Plan, left_out: list[str]) -> Table:
    """Counts each microbenchmark once, since counts repeat, and times it as often as in a second."""
    if not shutil.which("valgrind"):
        left_out.append("microbenchmarks: left out, there is no valgrind (scripts/install bench)")
        return Table()
    runner = build_runner()
    times = measure_times(left_out) if plan.are_microbenchmarks_timed else {}
    runs = list_microbenchmarks(runner)
    say(f"  {len(runs)} microbenchmarks")
    table = Table()
    for name, counts in count_all(runner).items():
        row = Row(name, {}, {})
        row.add(counts)
        if key(name) in times:
            row.samples["seconds"] = [seconds / runs[name] for seconds in times[key(name)]]
        table.rows.append(row)
    return table
