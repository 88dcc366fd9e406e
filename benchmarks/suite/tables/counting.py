# SPDX-License-Identifier: Apache-2.0
"""Table 1: every way to get the counts of TCP states.

Our sources are measured in servers that stay open, as they are meant to be used: `scan_seconds` is what the server
says of the scan, `wall_seconds` the whole HTTP scrape around it. A program is measured as a whole command, and where it
tells of its own walk, that is its `scan_seconds`.
"""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from ..plan import Plan
from ..population import established, is_possible
from ..programs import measure, programs
from ..results import Table
from ..rounds import Measurement, interleave
from ..servers import BPF, Server, ours, sources

QUEUES = f"{BPF}, --collector.tcp.queues"
ALL_NAMESPACES = f"{BPF}, --netns.all"


def run(plan: Plan, executable: Path, left_out: list[str]) -> Table:
    """Measures all at each number of sockets."""
    table = Table()
    for sockets in plan.counting_sockets:
        if not is_possible("counting", sockets, left_out):
            continue
        table.rows += _at(plan, executable, sockets)
    return table


def _at(plan: Plan, executable: Path, sockets: int):
    exporters = {
        **sources(executable),
        QUEUES: ours(executable, "bpf", "--collector.tcp.queues"),
        ALL_NAMESPACES: ours(executable, "bpf", "--netns.all"),
    }
    with established(sockets) as population, population.entered(), ExitStack() as stack:
        measurements: dict[str, Measurement] = {}
        for name, exporter in exporters.items():
            server = stack.enter_context(Server(name, exporter, population, sockets))
            measurements[name] = server.measure
        for name, program in programs().items():
            measurements[name] = partial(measure, name, program, population, sockets)
        return interleave(measurements, {"sockets": sockets}, plan.repetitions)
