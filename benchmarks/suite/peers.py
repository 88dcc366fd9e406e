# SPDX-License-Identifier: Apache-2.0
"""The programs that are compared with, and what to say where they are missing."""

import functools
import importlib.util
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import paths

#: What a shell and a loader say of a program that they cannot start.
CANNOT_RUN = (126, 127)


@dataclass(frozen=True)
class Peer:
    """A program that may be there."""

    name: str
    path: Path
    version_flag: str = "--version"

    @functools.cached_property
    def is_there(self) -> bool:
        """Whether `make bench-peers` has fetched it, and it can be started."""
        if not os.access(self.path, os.X_OK):
            return False
        try:
            return _run([str(self.path), self.version_flag]).returncode not in CANNOT_RUN
        except (OSError, subprocess.TimeoutExpired):
            return False

    @property
    def missing(self) -> str:
        """The line that says so where it is not."""
        path = self.path.relative_to(paths.ROOT)
        if not self.path.exists():
            return f"{self.name} is left out: there is no {path} (make bench-peers)"
        return f"{self.name} is left out: {path} does not start: {version([str(self.path), self.version_flag])}"

    @property
    def version(self) -> str:
        """What it says of its own version, in one line."""
        return version([str(self.path), self.version_flag])


NODE_EXPORTER = Peer("node_exporter of Debian bookworm", paths.PEERS / "usr/bin/prometheus-node-exporter")
NODE_EXPORTER_SID = Peer("node_exporter of Debian sid", paths.PEERS_SID / "usr/bin/prometheus-node-exporter")
NETSTAT = Peer("netstat", paths.PEERS / "bin/netstat")
WRK = Peer("wrk", paths.PEERS / "usr/bin/wrk", "-v")
NGINX = Peer("nginx", paths.PEERS / "usr/sbin/nginx", "-v")

ALL = [NODE_EXPORTER, NODE_EXPORTER_SID, NETSTAT, WRK, NGINX]


def has_prometheus_client() -> bool:
    """Whether this Python has the library of the Python exporter."""
    return importlib.util.find_spec("prometheus_client") is not None


def left_out() -> list[str]:
    """A line for each thing that is missing."""
    lines = [peer.missing for peer in ALL if not peer.is_there]
    for module, loss in [
        ("prometheus_client", "the exporter in Python"), ("numpy", "the fit of growth"), ("matplotlib", "the plots")]:
        if importlib.util.find_spec(module) is None:
            lines.append(f"{loss}: left out, Python has no {module} (make bench-peers)")
    return lines


def node_exporters() -> dict[str, Peer]:
    """Those that are there, by what tables call them: with their version, which differs from machine to machine."""
    found = {}
    for peer in (NODE_EXPORTER, NODE_EXPORTER_SID):
        if peer.is_there:
            number = re.search(r"version (\S+)", peer.version)
            name = f"node_exporter {number[1]}" if number else peer.name
            found[name if name not in found else f"{name} ({peer.name})"] = peer
    return found


def environment() -> dict[str, str]:
    """For programs whose libraries are unpacked beside them, and those that call netstat."""
    path = f"{NETSTAT.path.parent}:{os.environ.get('PATH', '')}"
    libraries = ":".join(str(directory) for directory in sorted((paths.PEERS / "usr" / "lib").glob("*-linux-gnu*")))
    return {**os.environ, "LD_LIBRARY_PATH": libraries, "PATH": path}


def version(command: list[str]) -> str:
    """The first line of what a command prints, to either stream."""
    try:
        done = _run(command)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"unknown: {error}"
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    # net-tools puts its own name first.
    return lines[0].strip() if lines else "unknown"


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment(),
        timeout=60)
