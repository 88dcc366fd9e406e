# SPDX-License-Identifier: Apache-2.0
"""Table 9: what the walk takes for whose the connections are and how they are doing, and what other ways take."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from ..plan import Plan
from ..population import established, is_possible
from ..programs import details, measure
from ..results import Table
from ..rounds import Measurement, interleave
from ..servers import BPF, NETLINK, Exporter, Server, ours

FOLDS = ("cgroups", "latency", "idle", "queues")
FLAGS = tuple(f"--collector.tcp.{fold}" for fold in FOLDS)
#: Over netlink one answer has it all.
OVER_NETLINK = ("--collector.tcp.cgroups", "--collector.tcp.latency", "--collector.tcp.idle")


def exporters(executable: Path) -> dict[str, Exporter]:
    """Ours with none, with each, and with all."""
    found = {BPF: ours(executable, "bpf")}
    found |= {f"{BPF}, {flag}": ours(executable, "bpf", flag) for flag in FLAGS}
    found[f"{BPF}, all four"] = ours(executable, "bpf", *FLAGS)
    found[NETLINK] = ours(executable, "netlink")
    found[f"{NETLINK}, cgroups, latency and idle"] = ours(executable, "netlink", *OVER_NETLINK)
    return found


def run(plan: Plan, executable: Path, left_out: list[str]) -> Table:
    """Measures all at each number of sockets."""
    table = Table()
    for sockets in plan.folds_sockets:
        if is_possible("folds", sockets, left_out, beside_peers=False):
            table.rows += _at(plan, executable, sockets)
    return table


def _at(plan: Plan, executable: Path, sockets: int):
    with established(sockets) as population, population.entered(), ExitStack() as stack:
        measurements: dict[str, Measurement] = {}
        for name, exporter in exporters(executable).items():
            server = stack.enter_context(Server(name, exporter, population, sockets))
            measurements[name] = server.measure
        for name, program in details().items():
            measurements[name] = partial(measure, name, program, population, sockets)
        return interleave(measurements, {"sockets": sockets}, plan.repetitions)
