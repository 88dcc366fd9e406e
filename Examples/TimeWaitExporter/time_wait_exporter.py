# SPDX-License-Identifier: Apache-2.0
"""The program that TimeWaitExporter is the counterpart of: python3 time_wait_exporter.py [PORT]"""

import subprocess
import sys
import threading

from prometheus_client import Gauge, start_http_server


def count():
    output = subprocess.run("netstat -an | grep TIME_WAIT | wc -l", shell=True, check=True, capture_output=True)
    return int(output.stdout)


gauge = Gauge("time_wait_count", "TCP connections of the system in state TIME_WAIT.", ["type"])
gauge.labels("Linux").set_function(count)
start_http_server(int(sys.argv[1]) if len(sys.argv) > 1 else 8090)
threading.Event().wait()
