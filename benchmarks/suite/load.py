# SPDX-License-Identifier: Apache-2.0
"""wrk, and a server for it to load."""

import re
import subprocess
import time
from dataclasses import dataclass

from . import latencies, paths, peers, processes
from .errors import SuiteError
from .results import Measures

#: Makes wrk print one line of numbers.
REPORT = paths.BENCHMARKS / "suite" / "report.lua"

#: The port of nginx, in a namespace where nothing else listens.
PORT = 8000

CONFIGURATION = """
daemon off;
master_process off;
worker_processes 1;
pid {directory}/pid;
error_log stderr error;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ return 200 "ok\\n"; }}
    }}
}}
"""


@dataclass(frozen=True)
class Report:
    """What wrk found."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int

    @staticmethod
    def parse(output: str, connections: int) -> "Report":
        """Reads the lines of report.lua."""
        totals = re.search(r"^report (\d+) (\d+) (\d+)$", output, re.MULTILINE)
        bars = re.search(r"^latencies (.*)$", output, re.MULTILINE)
        if not totals or not bars:
            raise SuiteError(f"wrk gave no report: {output.strip()[-300:]}")
        requests, micros, errors = map(int, totals.groups())
        if not requests:
            return Report(0, micros / 1e6, 0, 0, errors)
        histogram = {int(value): int(count) for value, _, count in (bar.partition(":") for bar in bars[1].split())}
        histogram = latencies.measured(histogram, requests, micros, connections)
        p50, p99 = (latencies.percentile(histogram, percent) / 1e6 for percent in (50, 99))
        return Report(requests, micros / 1e6, p50, p99, errors)

    def measures(self, who: str) -> Measures:
        """The figures, errors among them."""
        if not self.requests:
            raise SuiteError(f"{who} gave wrk no answer in {self.seconds:.1f} s, and {self.errors} errors")
        return {
            "requests_per_second": self.requests / self.seconds,
            "p50_seconds": self.p50,
            "p99_seconds": self.p99,
            "errors": self.errors,
        }


class Wrk:
    """A running wrk with one thread."""

    def __init__(self, url: str, connections: int, seconds: int, *headers: str) -> None:
        self.connections = connections
        command = [
            str(peers.WRK.path), "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
            "--timeout", "30s", "--script", str(REPORT)]
        for header in headers:
            command += ["--header", header]
        self.process = subprocess.Popen(
            processes.bound_to_us([*command, url]), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=peers.environment())

    def finish(self) -> Report:
        """Waits for its report."""
        output, _ = self.process.communicate()
        return Report.parse(output, self.connections)


class Nginx:
    """A web server with one worker that answers from memory."""

    def __init__(self) -> None:
        directory = paths.fresh_directory("bench-nginx")
        configuration = directory / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(directory=directory, port=PORT))
        self.process = subprocess.Popen(
            processes.bound_to_us(
                [str(peers.NGINX.path), "-p", str(directory), "-e", "stderr", "-c", str(configuration)]),
            env=peers.environment())
        self.url = f"http://127.0.0.1:{PORT}/"
        time.sleep(0.3)
        if self.process.poll() is not None:
            raise SuiteError("nginx did not start")

    def __enter__(self) -> "Nginx":
        return self

    def __exit__(self, *_: object) -> None:
        processes.end(self.process)
