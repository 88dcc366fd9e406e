# SPDX-License-Identifier: Apache-2.0
"""Table 3: what scraping costs the server that is being watched.

wrk loads nginx over loopback, with idle connections beside it, alone and beside an exporter that is scraped every
second, or as soon as the last scrape has ended where that takes longer, as Prometheus does.
"""

import subprocess
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from .. import load, peers, processes
from ..plan import Plan
from ..population import Population, established
from ..results import Measures, Table
from ..rounds import Measurement, interleave
from ..servers import ALONE, Server, others, sources

#: Connections that carry the load.
BUSY_CONNECTIONS = 200

SCRAPE_INTERVAL = 1.0


def run(plan: Plan, executable: Path) -> Table:
    """Measures the load beside each exporter, at each number of idle connections."""
    table = Table()
    if not (peers.WRK.is_there and peers.NGINX.is_there):
        return table
    for sockets in plan.idle_sockets:
        exporters = {**sources(executable), **others()}
        with established(sockets) as population, population.entered(), ExitStack() as stack:
            nginx = stack.enter_context(load.Nginx())
            measurements: dict[str, Measurement] = {ALONE: partial(_alone, population, nginx.url, plan.load_seconds)}
            for name, exporter in exporters.items():
                server = stack.enter_context(Server(name, exporter, population, sockets))
                # The load's own connections are ESTABLISHED too.
                server.extra = 2 * BUSY_CONNECTIONS
                measurements[name] = partial(_beside, server, nginx.url, plan.load_seconds)
            table.rows += interleave(measurements, {"idle connections": sockets}, plan.repetitions)
    return table


def _alone(population: Population, url: str, seconds: int) -> Measures:
    wrk = _start_load(population, url, seconds)
    return load.finish(wrk).measures(ALONE)


def _start_load(population: Population, url: str, seconds: int) -> subprocess.Popen:
    # They will be in TIME_WAIT after it, for a minute.
    population.closed += BUSY_CONNECTIONS
    return load.start_wrk(url, BUSY_CONNECTIONS, seconds)


def _beside(server: Server, url: str, seconds: int) -> Measures:
    before, start = processes.cpu_seconds(server.pid), time.monotonic()
    wrk = _start_load(server.population, url, seconds)
    scrapes, slowest = _scrape_while_it_runs(server, wrk)
    report = load.finish(wrk)
    cpu = processes.cpu_seconds(server.pid) - before
    return {
        **report.measures(server.name),
        "scrapes": scrapes,
        "slowest_scrape_seconds": slowest,
        "cpu_seconds_per_second": cpu / (time.monotonic() - start),
    }


def _scrape_while_it_runs(server: Server, wrk: subprocess.Popen) -> tuple[int, float]:
    """The number of scrapes, and the seconds of the slowest."""
    scrapes, slowest, due = 0, 0.0, time.monotonic()
    while wrk.poll() is None:
        if time.monotonic() < due:
            time.sleep(0.01)
            continue
        slowest = max(slowest, server.scrape().seconds)
        scrapes += 1
        due = max(due + SCRAPE_INTERVAL, time.monotonic())
    return scrapes, slowest
