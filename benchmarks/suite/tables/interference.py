# SPDX-License-Identifier: Apache-2.0
"""Table 3: what scraping costs the server that is being watched.

wrk loads nginx over loopback, with idle connections beside it, alone and beside an exporter that is scraped every
second, or as soon as the last scrape has ended where that takes longer, as Prometheus does. The requests go over
connections that are kept, which hardly ever change the kernel's table of connections, or over one of their own each,
which change it all the time and take the locks of its buckets.
"""

import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from .. import load, peers, processes
from ..plan import NEW_CONNECTIONS, Plan
from ..population import Population, established, is_possible
from ..results import Measures, Table
from ..rounds import Measurement, interleave
from ..servers import ALONE, Server, others, sources

#: Connections that carry the load.
BUSY_CONNECTIONS = 200

SCRAPE_INTERVAL = 1.0


def run(plan: Plan, executable: Path, left_out: list[str]) -> Table:
    """Measures the load beside each exporter, at each number of idle connections."""
    table = Table()
    if not (peers.WRK.is_there and peers.NGINX.is_there):
        return table
    for sockets, requests_over in plan.loads:
        if not is_possible("interference", sockets, left_out):
            continue
        exporters = {**sources(executable), **others()}
        with established(sockets) as population, population.entered(), ExitStack() as stack:
            busy = Load(population, stack.enter_context(load.Nginx()).url, plan.load_seconds, requests_over)
            measurements: dict[str, Measurement] = {ALONE: busy.alone}
            for name, exporter in exporters.items():
                server = stack.enter_context(Server(name, exporter, population, sockets))
                server.extra = (0, busy.of_load[1])
                measurements[name] = partial(busy.beside, server)
            conditions = {"idle connections": sockets, "requests over": requests_over}
            table.rows += interleave(measurements, conditions, plan.repetitions)
    return table


class Load:
    """wrk against nginx."""

    def __init__(self, population: Population, url: str, seconds: int, requests_over: str) -> None:
        self.population = population
        self.url = url
        self.seconds = seconds
        self.is_new = requests_over == NEW_CONNECTIONS

    @property
    def of_load(self) -> tuple[int, int]:
        """The least and the most sockets of its own that a count finds in ESTABLISHED: both ends of each connection, and
        where these come and go, a method that takes time misses some and counts some that came later."""
        return (0, 10 * BUSY_CONNECTIONS) if self.is_new else (2 * BUSY_CONNECTIONS, 2 * BUSY_CONNECTIONS)

    def alone(self) -> Measures:
        """The load and nothing beside it."""
        return self._start().finish().measures(ALONE)

    def beside(self, server: Server) -> Measures:
        """The load, and an exporter that is scraped."""
        rereads = _reread_chains(server)
        before, start = processes.cpu_seconds(server.pid), time.monotonic()
        wrk = self._start()
        scrapes, slowest = self._scrape(server, start)
        report = wrk.finish()
        cpu = processes.cpu_seconds(server.pid) - before
        seconds = time.monotonic() - start
        measures: Measures = {
            **report.measures(server.name),
            "scrapes": scrapes,
            "slowest_scrape_seconds": slowest,
            "cpu_seconds_per_second": cpu / seconds,
        }
        after = _reread_chains(server)
        if rereads is not None and after is not None:
            measures["retries"] = after - rereads
        return measures

    def _start(self) -> load.Wrk:
        headers = ("Connection: close",) if self.is_new else ()
        return load.Wrk(self.url, BUSY_CONNECTIONS, self.seconds, *headers)

    def _scrape(self, server: Server, start: float) -> tuple[int, float]:
        """Scrapes in the middle of each second of the load. The number of scrapes, and the seconds of the slowest."""
        scrapes, slowest, due = 0, 0.0, start + SCRAPE_INTERVAL / 2
        while due < start + self.seconds:
            time.sleep(max(0.0, due - time.monotonic()))
            # What is scraped near its end may find the load gone.
            is_sure = due < start + self.seconds - 2 * SCRAPE_INTERVAL
            server.extra = (self.of_load[0] if is_sure else 0, self.of_load[1])
            slowest = max(slowest, server.scrape().seconds)
            scrapes += 1
            due = max(due + SCRAPE_INTERVAL, time.monotonic())
        return scrapes, slowest


def _reread_chains(server: Server) -> float | None:
    """Chains of the kernel's table that ours has read again so far."""
    return server.scrape().value("socket_exporter_reread_chains_total") if server.is_ours else None
