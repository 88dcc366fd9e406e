# SPDX-License-Identifier: Apache-2.0
"""Sockets in a network namespace of their own, and the way in."""

import ctypes
import math
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import checks, paths
from .errors import SuiteError
from .rounds import say

CLONE_NEWNET = 0x40000000
#: What the kernel takes for a socket in ESTABLISHED with its file, measured with two millions.
BYTES_OF_SOCKET = 4_500

#: What the exporters and programs that are compared with take for each socket: two node_exporters, a kilobyte each.
BYTES_OF_PEERS = 2_500

#: The limit of the control group, and what is used of it.
GROUP_LIMIT, GROUP_USE = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")

#: Files that must be left for everybody else.
SPARE_FILES = 100_000

LIBC = ctypes.CDLL(None, use_errno=True)


class Population:
    """A running `population`. It ends when its input closes: with this object, or with the suite."""

    def __init__(self, orders: list[str]) -> None:
        self.process = subprocess.Popen(
            [str(paths.POPULATION), *orders], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        words = self.process.stdout.readline().split()
        if words[:1] != ["ready"]:
            self.process.wait()
            raise SuiteError(f"the population {' '.join(orders)} could not be made")
        self.namespace = words[1]

    @property
    def inode(self) -> int:
        """What the kernel calls the namespace."""
        return os.stat(self.namespace).st_ino

    def __enter__(self) -> "Population":
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Moves this thread into the namespace: processes that it starts and sockets that it opens are there.

        Without nsenter, whose start would count among the time of each command.
        """
        outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        inside = os.open(self.namespace, os.O_RDONLY)
        try:
            _set_namespace(inside)
            yield
        finally:
            _set_namespace(outside)
            os.close(inside)
            os.close(outside)

    def leave_time_wait(self) -> int:
        """Opens and closes connections, so that there is something in TIME_WAIT to be counted. How much there is."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            for _ in range(checks.FRESH_TIME_WAITS):
                with socket.create_connection(listener.getsockname()):
                    accepted, _ = listener.accept()
                accepted.close()
        return self.time_waits()

    def time_waits(self) -> int:
        """The kernel's own sum of the sockets in TIME_WAIT, in the namespace that this thread is in."""
        text = Path("/proc/thread-self/net/sockstat").read_text()
        found = re.search(r"^TCP: .* tw (\d+)", text, re.MULTILINE)
        if not found:
            raise SuiteError("/proc/net/sockstat tells no number of sockets in TIME_WAIT")
        return int(found[1])


def established(sockets: int) -> Population:
    """Creates a population of connections."""
    return Population([f"established={sockets}"])


def is_possible(table: str, sockets: int, left_out: list[str], beside_peers: bool = True) -> bool:
    """Whether the machine can hold so many sockets. Adds a line to what is left out where it cannot."""
    available = available_bytes(Path("/proc/meminfo").read_text())
    if GROUP_LIMIT.exists() and GROUP_USE.exists():
        available = min(available, left_in_group(GROUP_LIMIT.read_text(), GROUP_USE.read_text()))
    each = BYTES_OF_SOCKET + (BYTES_OF_PEERS if beside_peers else 0)
    obstacle = obstacle_to(sockets, each, available, int(Path("/proc/sys/fs/file-max").read_text()))
    if obstacle:
        left_out.append(f"{table} with {sockets:,} sockets: left out, {obstacle}")
        say(f"bench: {left_out[-1]}")
    return obstacle is None


def obstacle_to(sockets: int, each: int, available: float, most_files: int) -> str | None:
    """Why the machine cannot hold so many sockets of so many bytes; None where it can."""
    needed = sockets * each
    if needed > available:
        return f"they would take {needed / 1e9:.0f} GB, and {available / 1e9:.0f} GB are available"
    if sockets + SPARE_FILES > most_files:
        return f"each is a file, and fs.file-max is {most_files:,} (sysctl -w fs.file-max={sockets + SPARE_FILES})"
    return None


def available_bytes(meminfo: str) -> int:
    """What the kernel says could be had without swapping."""
    found = re.search(r"^MemAvailable:\s+(\d+) kB$", meminfo, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def left_in_group(limit: str, use: str) -> float:
    """What the control group may still take."""
    return math.inf if limit.strip() == "max" else max(0, int(limit) - int(use))


def _set_namespace(descriptor: int) -> None:
    if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise SuiteError(f"setns failed: {os.strerror(number)}: run the suite as root")
