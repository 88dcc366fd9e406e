# SPDX-License-Identifier: Apache-2.0
"""Programs that count and end: the baselines of our own writing, and the pipelines that people use."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from . import checks, paths, peers, processes
from .population import Population
from .results import Measures

ITERATOR = "BPF iterator (iter/tcp)"
C_NETLINK = "plain C, netlink dump"
C_NOTHING = "plain C, netlink walk that asks for no state"
C_INFO = "plain C, netlink dump with INET_DIAG_INFO"
C_PROC = "plain C, /proc/net/tcp"
SWIFT_SPLIT = "Swift, String.split of /proc/net/tcp"
SS = "ss -tan | awk"
SS_INFO = "ss -tin | awk"
NETSTAT = "netstat -an | grep TIME_WAIT | wc -l"


@dataclass(frozen=True)
class Truth:
    """What there is to be counted: sockets in ESTABLISHED, and in TIME_WAIT before and after."""

    established: int
    time_waits_before: int
    time_waits_after: int


@dataclass(frozen=True)
class Program:
    """A command, and how to check its count."""

    command: list[str]
    check: Callable[[str, str, Truth], Measures]
    counts_time_wait: bool = False


def measure(name: str, program: Program, population: Population, sockets: int) -> Measures:
    """Runs the whole command once."""
    before = population.leave_time_wait() if program.counts_time_wait else 0
    finished = processes.run(program.command)
    told = program.check(name, finished.output, Truth(sockets, before, population.time_waits()))
    return {"wall_seconds": finished.seconds, "cpu_seconds": finished.cpu_seconds, **told}


def _check_baseline(name: str, output: str, truth: Truth) -> Measures:
    _, counted, seconds = output.split()
    checks.check_established(name, int(counted), truth.established)
    return {"scan_seconds": float(seconds)}


def _check_empty(name: str, output: str, truth: Truth) -> Measures:
    total, _, seconds = output.split()
    checks.check_nothing(name, int(total))
    return {"scan_seconds": float(seconds)}


def _check_ss(name: str, output: str, truth: Truth) -> Measures:
    found = re.search(r"^ESTAB (\d+)$", output, re.MULTILINE)
    checks.check_established(name, int(found[1]) if found else 0, truth.established)
    return {}


def _check_netstat(name: str, output: str, truth: Truth) -> Measures:
    checks.check_time_wait(name, int(output), truth.time_waits_before, truth.time_waits_after)
    return {}


def details() -> dict[str, Program]:
    """Those that ask how each connection is doing."""
    return {
        C_NETLINK: Program(_baseline("netlink_dump"), _check_baseline),
        C_INFO: Program(_baseline("netlink_dump", "info"), _check_baseline),
        SS_INFO: Program(["sh", "-c", "ss -tinO | awk '{ n[$1]++ } END { for (s in n) print s, n[s] }'"], _check_ss),
    }


def _baseline(program: str, *arguments: str) -> list[str]:
    return [str(paths.BASELINES / program), *arguments]


def programs() -> dict[str, Program]:
    """All that are there."""
    found = {
        ITERATOR: Program(_baseline("tcp_iterator"), _check_baseline),
        C_NOTHING: Program(_baseline("netlink_dump", "none"), _check_empty),
        C_NETLINK: Program(_baseline("netlink_dump"), _check_baseline),
        C_PROC: Program(_baseline("proc_tcp"), _check_baseline),
        SWIFT_SPLIT: Program(_baseline("split_proc_tcp"), _check_baseline),
        SS: Program(["sh", "-c", "ss -tan | awk '{ n[$1]++ } END { for (s in n) print s, n[s] }'"], _check_ss),
    }
    if peers.NETSTAT.is_there:
        found[NETSTAT] = Program(
            ["sh", "-c", f"{peers.NETSTAT.path} -an | grep TIME_WAIT | wc -l"], _check_netstat, counts_time_wait=True)
    return found
