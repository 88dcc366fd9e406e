# SPDX-License-Identifier: Apache-2.0
"""Processes that end with the suite, and what they have used."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .errors import SuiteError

TICK = 1 / os.sysconf("SC_CLK_TCK")


def bound_to_us(command: list[str]) -> list[str]:
    """The command, killed by the kernel when the suite ends in any way, SIGKILL too."""
    return ["setpriv", "--pdeathsig", "KILL", *command]


@dataclass(frozen=True)
class Finished:
    """What a command took, with all the processes that it waited for."""

    seconds: float
    cpu_seconds: float
    output: str


def run(command: list[str], environment: dict[str, str] | None = None) -> Finished:
    """Runs a command to its end and takes its time from before its start until it is gone.

    It is not bound to the suite, which would take another exec: it ends by itself in seconds.
    """
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SuiteError(f"{' '.join(command)} ended with {process.returncode}")
    return Finished(seconds, usage.ru_utime + usage.ru_stime, output)


def end(process: subprocess.Popen) -> None:
    """Asks a process to end, and kills it if it does not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def cpu_seconds(pid: int) -> float:
    """Time on a processor of all threads, also of those that ended, to the nanosecond, and of children that have ended,
    to the tick (10 ms)."""
    own = time.clock_gettime_ns(_processor_clock(pid))
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    of_children = (int(fields[13]) + int(fields[14])) * TICK
    return own / 1e9 + of_children


def _processor_clock(pid: int) -> int:
    """The clock of a process, as clock_getcpuclockid makes it: CPUCLOCK_SCHED of all its threads."""
    return ~pid << 3 | 2


def has_children(pid: int) -> bool:
    """Whether a child of any thread is still there."""
    return any(path.read_text().strip() for path in Path(f"/proc/{pid}/task").glob("*/children"))


def reset_peak(pid: int) -> None:
    """Resets `peak_bytes` to what is resident now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_bytes(pid: int) -> int:
    """The most that was resident since the start or the last `reset_peak`."""
    return _status_bytes(pid, "VmHWM")


def own_bytes(pid: int) -> int:
    """What is resident now and no page of a file: those of the executable the kernel can drop and read again."""
    return _status_bytes(pid, "RssAnon") + _status_bytes(pid, "RssShmem")


def _status_bytes(pid: int, field: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise SuiteError(f"/proc/{pid}/status tells no {field}")
