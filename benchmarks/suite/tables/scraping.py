# SPDX-License-Identifier: Apache-2.0
"""Table 2: whole HTTP scrapes, as text without compression, and what they take of the exporter's process."""

from contextlib import ExitStack
from pathlib import Path

from ..plan import Plan
from ..population import established, is_possible
from ..results import Table
from ..rounds import interleave
from ..servers import Server, others, sources


def run(plan: Plan, executable: Path, left_out: list[str]) -> Table:
    """Measures all exporters at each number of sockets."""
    table = Table()
    for sockets in plan.scraping_sockets:
        if not is_possible("scraping", sockets, left_out):
            continue
        exporters = {**sources(executable), **others()}
        with established(sockets) as population, population.entered(), ExitStack() as stack:
            servers = [
                stack.enter_context(Server(name, exporter, population, sockets)) for name, exporter in exporters.items()
            ]
            measurements = {server.name: server.measure for server in servers}
            table.rows += interleave(measurements, {"sockets": sockets}, plan.repetitions)
    return table
