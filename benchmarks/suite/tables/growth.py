# SPDX-License-Identifier: Apache-2.0
"""Table 4: time and memory against the number of sockets, and of network namespaces."""

import re
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from .. import checks
from ..errors import WrongCount
from ..plan import Plan
from ..population import Population, established, is_possible
from ..results import Measures, Table
from ..rounds import interleave
from ..servers import BPF, NETLINK, Server, ours
from ..spread import Spread, fit

#: Sockets of all namespaces together.
SOCKETS_OF_NAMESPACES = 10_000


def by_sockets(plan: Plan, executable: Path, left_out: list[str]) -> Table:
    """Measures bpf and netlink at each number of sockets that the memory takes."""
    table = Table()
    for sockets in plan.growth_sockets:
        if not is_possible("growth", sockets, left_out, beside_peers=False):
            continue
        with established(sockets) as population, population.entered(), ExitStack() as stack:
            measurements = {
                name: stack.enter_context(Server(name, ours(executable, source), population, sockets)).measure
                for name, source in ((BPF, "bpf"), (NETLINK, "netlink"))
            }
            table.rows += interleave(measurements, {"sockets": sockets}, plan.repetitions)
    return table


def by_namespaces(plan: Plan, executable: Path) -> Table:
    """Measures both sources with --netns.all, with the same sockets in more and more namespaces."""
    table = Table()
    for namespaces in plan.namespaces:
        each = SOCKETS_OF_NAMESPACES // namespaces
        with ExitStack() as stack:
            populations = [stack.enter_context(established(each)) for _ in range(namespaces)]
            first = populations[0]
            stack.enter_context(first.entered())
            flags = ("--netns.all", "--netns.limit", "200")
            measurements = {}
            for name, source in ((BPF, "bpf"), (NETLINK, "netlink")):
                server = stack.enter_context(Server(name, ours(executable, source, *flags), first, each))
                measurements[name] = partial(_measure_all, server, populations, each)
            conditions = {"namespaces": namespaces, "sockets": SOCKETS_OF_NAMESPACES}
            table.rows += interleave(measurements, conditions, plan.repetitions)
    return table


def fits(table: Table) -> dict[str, dict[str, float]]:
    """A line through the medians of each source's scans."""
    found = {}
    for subject in table.subjects():
        rows = [row for row in table.rows if row.subject == subject]
        if len(rows) >= 3:
            sizes = [float(row.conditions["sockets"]) for row in rows]
            found[subject] = fit(sizes, [Spread.of(row.samples["scan_seconds"]).median for row in rows])
    return found


def _measure_all(server: Server, populations: list[Population], each: int) -> Measures:
    """Measures a scrape, then checks every namespace's count in another, which is not measured."""
    measures = server.measure()
    text = server.scrape().text
    for population in populations:
        name = "self" if population is populations[0] else rf"net:\[{population.inode}\](?:@\d+)?"
        found = re.search(
            rf'^socket_netns_tcp_connections{{netns="{name}",state="established"}} (\d+)$', text, re.MULTILINE)
        if not found:
            raise WrongCount(f"{server.name} does not show the namespace net:[{population.inode}]")
        checks.check_established(f"{server.name}, {name}", int(found[1]), each)
    return measures
