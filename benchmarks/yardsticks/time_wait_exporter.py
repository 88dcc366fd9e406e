#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The exporter that people write first: a pipeline for each scrape, and a gauge that is set to what it prints.

    time_wait_exporter.py [PORT] [NETSTAT]

Serves time_wait_count{type="Linux"} on a port of loopback, 8090 or the one given (0: any that is free).
"""

import subprocess
import sys
import threading

from prometheus_client import Gauge, start_http_server

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8090
netstat = sys.argv[2] if len(sys.argv) > 2 else "netstat"


def count_time_wait() -> int:
    """Runs the pipeline."""
    return int(subprocess.check_output(f"{netstat} -an | grep TIME_WAIT | wc -l", shell=True))


gauge = Gauge("time_wait_count", "TCP connections of the system in state TIME_WAIT.", ["type"])
gauge.labels("Linux").set_function(count_time_wait)
server, thread = start_http_server(port, addr="127.0.0.1")
print(f"address=127.0.0.1:{server.server_port}", file=sys.stderr, flush=True)
threading.Event().wait()
