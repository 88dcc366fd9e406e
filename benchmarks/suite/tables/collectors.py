# SPDX-License-Identifier: Apache-2.0
"""Table 7: what the other default collectors cost beside that of TCP, with UDP and UNIX sockets to be counted."""

import re
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from ..errors import WrongCount
from ..plan import Plan
from ..population import Population, is_possible
from ..results import Measures, Table
from ..rounds import interleave
from ..servers import BPF, Exporter, Server, others, ours

TCP_ALONE = f"{BPF}, --collector.tcp alone"
ALONE_FLAGS = ("--collector.disable-defaults", "--collector.tcp")

#: Those of node_exporter that tell of sockets.
NODE_FLAGS = ("--collector.sockstat", "--collector.netstat", "--collector.udp_queues")

#: Listeners among the UNIX sockets: all that have series of their own, and as many again.
UNIX_LISTENERS = 100

OUR_UDP = re.compile(r'^socket_udp_sockets{[^}]*} (\d+)$', re.MULTILINE)
OUR_UNIX = re.compile(r'^socket_unix_sockets{[^}]*} (\d+)$', re.MULTILINE)


def node_exporters() -> dict[str, Exporter]:
    """node_exporter with all collectors that tell of sockets."""
    found = {name: exporter for name, exporter in others(*NODE_FLAGS).items() if not exporter.is_founding}
    return {f"{name}, all of sockets": exporter for name, exporter in found.items()}


def run(plan: Plan, executable: Path, left_out: list[str]) -> Table:
    """Measures all at each number of sockets."""
    table = Table()
    for sockets, each in plan.collectors_sockets:
        if is_possible("collectors", sockets + 2 * each, left_out):
            table.rows += _at(plan, executable, sockets, each)
    return table


def _at(plan: Plan, executable: Path, sockets: int, each: int):
    exporters = {
        BPF: ours(executable, "bpf"), TCP_ALONE: ours(executable, "bpf", *ALONE_FLAGS), **node_exporters(),
    }
    listeners = min(UNIX_LISTENERS, each // 2)
    orders = [
        f"established={sockets}", f"udp={each}", f"unix_listen={listeners}", f"unix_stream={(each - listeners) // 2}",
    ]
    with Population(orders) as population, population.entered(), ExitStack() as stack:
        measurements = {}
        for name, exporter in exporters.items():
            server = stack.enter_context(Server(name, exporter, population, sockets))
            is_complete = name == BPF
            measurements[name] = partial(_measure, server, each) if is_complete else server.measure
        conditions = {"sockets": sockets, "UDP and UNIX sockets each": each}
        return interleave(measurements, conditions, plan.repetitions)


def _measure(server: Server, each: int) -> Measures:
    """Measures a scrape, then checks the counts of UDP and UNIX sockets in another, which is not measured."""
    measures = server.measure()
    text = server.scrape().text
    for kind, pattern in (("UDP", OUR_UDP), ("UNIX", OUR_UNIX)):
        counted = sum(int(count) for count in pattern.findall(text))
        # The population's own processes and the exporters have some too.
        if not each <= counted <= each + 100:
            raise WrongCount(f"{server.name} counted {counted} {kind} sockets, and there are {each}")
    return measures
