# SPDX-License-Identifier: Apache-2.0
"""Sockets in a network namespace of their own, and the way in."""

import ctypes
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from . import paths
from .errors import SuiteError

CLONE_NEWNET = 0x40000000
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
        #: Connections that the suite has closed in the namespace: each leaves a socket in TIME_WAIT for a minute.
        self.closed = 0

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

    def leave_time_wait(self, count: int) -> None:
        """Opens and closes connections, so that there is something in TIME_WAIT to be counted."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            for _ in range(count):
                with socket.create_connection(listener.getsockname()):
                    accepted, _ = listener.accept()
                accepted.close()
                self.closed += 1


def established(sockets: int) -> Population:
    """Makes a population of connections."""
    return Population([f"established={sockets}"])


def _set_namespace(descriptor: int) -> None:
    if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise SuiteError(f"setns failed: {os.strerror(number)}: run the suite as root")
