# SPDX-License-Identifier: Apache-2.0
"""A server under test: its memory, its processor time, its descriptors, and how long it takes to answer."""

import http.client
import os
import subprocess
import time


class Server:
    """An executable that serves on a port of loopback until it is stopped."""

    def __init__(self, command, port, **options):
        self.port = port
        self.process = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}"], **options)
        for _ in range(200):
            if self.ask("/")[1]:
                return
            time.sleep(0.05)
        raise SystemExit(f"{command[0]} does not serve")

    def ask(self, path, timeout=120):
        """Asks on a connection of its own; returns the seconds that it took, and the status or None."""
        start = time.monotonic()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            response = connection.getresponse()
            response.read()
            connection.close()
            status = response.status
        except (OSError, http.client.HTTPException):
            status = None
        return time.monotonic() - start, status

    def megabytes(self):
        """The resident memory."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(status.read().split("VmRSS:")[1].split()[0]) / 1024

    def seconds(self):
        """The processor time."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        """How many files are open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        """Sends SIGTERM; returns the exit code and the seconds that it took."""
        start = time.monotonic()
        self.process.terminate()
        return self.process.wait(30), time.monotonic() - start
