# SPDX-License-Identifier: Apache-2.0
"""Exporters: started on a free port of loopback, scraped, and watched."""

import http.client
import re
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import checks, paths, peers, processes
from .errors import SuiteError
from .population import Population
from .results import Measures

#: What an exporter still does after its answer, such as collecting garbage, is counted for so long.
AFTERMATH = 0.05

#: A server that used less of the processor than this in a tenth of a second does nothing.
IDLE = 0.001

BPF, NETLINK, PROC = "socket_exporter, bpf", "socket_exporter, netlink", "socket_exporter, proc"
PYTHON = "Python, netstat pipeline"

#: Below the ports that the system gives out by itself. The namespace is the suite's own.
PYTHON_PORT = 8090

#: A load beside no exporter at all.
ALONE = "no exporter"

#: What all ratios are against.
OURS = BPF


@dataclass(frozen=True)
class Exporter:
    """How an exporter is started, and how its count is checked: by a state's name in its text."""

    command: list[str]
    counts: re.Pattern[str]
    is_founding: bool = False
    #: Where it does not say itself which one it took.
    port: int | None = None


@dataclass(frozen=True)
class Scrape:
    """One answer."""

    seconds: float
    text: str
    bytes: int

    def value(self, name: str) -> float | None:
        """The value of the first sample of a metric, with any labels."""
        found = re.search(rf"^{name}(?:{{[^}}]*}})? (\S+)$", self.text, re.MULTILINE)
        return float(found[1]) if found else None


OUR_ESTABLISHED = re.compile(r'^socket_tcp_connections{family="ipv[46]",state="established"} (\d+)$', re.MULTILINE)
NODE_ESTABLISHED = re.compile(r'^node_tcp_connection_states{state="established"} (\S+)$', re.MULTILINE)
TIME_WAIT = re.compile(r'^time_wait_count{type="Linux"} (\S+)$', re.MULTILINE)


def ours(executable: Path, source: str, *flags: str) -> Exporter:
    """Our exporter with one of its sources."""
    command = [str(executable), "--source", source, "--web.listen-address", "127.0.0.1:0", *flags]
    return Exporter(command, OUR_ESTABLISHED)


def sources(executable: Path, *flags: str) -> dict[str, Exporter]:
    """Our exporter with each of its sources."""
    return {
        BPF: ours(executable, "bpf", *flags),
        NETLINK: ours(executable, "netlink", *flags),
        PROC: ours(executable, "proc", *flags),
    }


def others(*node_flags: str) -> dict[str, Exporter]:
    """The other exporters, as far as they are there."""
    found: dict[str, Exporter] = {}
    for name, peer in peers.node_exporters().items():
        flags = ["--collector.disable-defaults", "--collector.tcpstat", "--web.listen-address=127.0.0.1:0", *node_flags]
        found[name] = Exporter([str(peer.path), *flags], NODE_ESTABLISHED)
    if peers.has_prometheus_client() and peers.NETSTAT.is_there:
        script = paths.ROOT / "Examples" / "TimeWaitExporter" / "time_wait_exporter.py"
        found[PYTHON] = Exporter(
            [sys.executable, str(script), str(PYTHON_PORT)], TIME_WAIT, is_founding=True, port=PYTHON_PORT)
    return found


class Server:
    """A running exporter in the namespace of the thread that started it."""

    def __init__(self, name: str, exporter: Exporter, population: Population, sockets: int) -> None:
        self.name = name
        self.exporter = exporter
        self.population = population
        self.sockets = sockets
        #: The least and the most other sockets that are in ESTABLISHED.
        self.extra = (0, 0)
        self.log = tempfile.TemporaryFile("w+", errors="replace")
        self.process = subprocess.Popen(
            processes.bound_to_us(exporter.command), stdout=subprocess.DEVNULL, stderr=self.log,
            env=peers.environment())
        try:
            self.host, self.port = self._address()
        except BaseException:
            processes.end(self.process)
            raise

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        processes.end(self.process)
        self.log.close()

    @property
    def is_ours(self) -> bool:
        """Whether it is socket_exporter."""
        return self.exporter.counts is OUR_ESTABLISHED

    @property
    def pid(self) -> int:
        """The process itself: `setpriv` has become it."""
        return self.process.pid

    def _address(self) -> tuple[str, int]:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r'"?address"?[=:]"?(127\.0\.0\.1):([0-9]+)', self._logged())
            if found:
                return found[1], int(found[2])
            if self.exporter.port and self._listens(self.exporter.port):
                return "127.0.0.1", self.exporter.port
            time.sleep(0.02)
        raise SuiteError(f"{self.name} did not start: {self._logged().strip()[-500:]}")

    @staticmethod
    def _listens(port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def _logged(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def scrape(self) -> Scrape:
        """One scrape over a connection of its own, from before it is opened to the last byte; the count is checked."""
        before = self.population.leave_time_wait() if self.exporter.is_founding else 0
        start = time.perf_counter()
        connection = http.client.HTTPConnection(self.host, self.port, timeout=120)
        try:
            connection.request("GET", "/metrics")
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        seconds = time.perf_counter() - start
        scrape = Scrape(seconds, body.decode(), len(body))
        if response.status != 200:
            raise SuiteError(f"{self.name} answered {response.status}: {scrape.text[:200]}")
        self._check(scrape, before)
        return scrape

    def settle(self) -> None:
        """Waits until it has ended what clients that have gone had asked for."""
        deadline, before = time.monotonic() + 20, -1.0
        while time.monotonic() < deadline:
            now = processes.cpu_seconds(self.pid)
            if now - before < IDLE and before >= 0 and not processes.has_children(self.pid):
                return
            before = now
            time.sleep(0.1)

    def _check(self, scrape: Scrape, time_waits: int) -> None:
        counted = int(sum(float(value) for value in self.exporter.counts.findall(scrape.text)))
        if self.exporter.is_founding:
            checks.check_time_wait(self.name, counted, time_waits, self.population.time_waits())
        else:
            checks.check_established(self.name, counted, self.sockets, self.extra)

    def measure(self) -> Measures:
        """One scrape: its time, what it took of the processor and of memory, and its length."""
        processes.reset_peak(self.pid)
        before = processes.cpu_seconds(self.pid)
        scrape = self.scrape()
        time.sleep(AFTERMATH)
        measures: Measures = {
            "wall_seconds": scrape.seconds,
            "cpu_seconds": processes.cpu_seconds(self.pid) - before,
            "peak_bytes": processes.peak_bytes(self.pid),
            "own_bytes": processes.own_bytes(self.pid),
            "body_bytes": scrape.bytes,
        }
        scan = scrape.value("socket_exporter_scan_duration_seconds")
        if scan is not None:
            measures["scan_seconds"] = scan
        return measures
