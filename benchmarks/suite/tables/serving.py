# SPDX-License-Identifier: Apache-2.0
"""Table 6: many clients that scrape at once, without a pause."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from .. import load, peers
from ..plan import Plan
from ..population import established
from ..results import Measures, Table
from ..rounds import Measurement, interleave
from ..servers import BPF, NETLINK, Server, others, ours

SOCKETS = 1_000

#: By default both exporters answer 503 to more than 40 scrapes at once.
NO_LIMIT = "--web.max-requests=0"


def run(plan: Plan, executable: Path) -> Table:
    """Measures each number of clients, with and without compression."""
    table = Table()
    if not peers.WRK.is_there:
        return table
    exporters = {
        BPF: ours(executable, "bpf", NO_LIMIT),
        NETLINK: ours(executable, "netlink", NO_LIMIT),
        **others(NO_LIMIT),
    }
    with established(SOCKETS) as population, population.entered(), ExitStack() as stack:
        servers = [
            stack.enter_context(Server(name, exporter, population, SOCKETS)) for name, exporter in exporters.items()
        ]
        for clients in plan.clients:
            for encoding in plan.encodings:
                headers = (f"Accept-Encoding: {encoding}",)
                measurements: dict[str, Measurement] = {
                    server.name: partial(_load, server, clients, plan.serving_seconds, headers) for server in servers
                }
                table.rows += interleave(measurements, {"clients": clients, "encoding": encoding}, plan.repetitions)
    return table


def _load(server: Server, clients: int, seconds: int, headers: tuple[str, ...]) -> Measures:
    # wrk does not read what it gets: the count is checked here.
    server.extra = (0, 2 * clients)
    server.scrape()
    url = f"http://{server.host}:{server.port}/metrics"
    report = load.Wrk(url, clients, seconds, *headers).finish()
    # Or its work would fall on the next one's time.
    server.settle()
    return report.measures(server.name)
