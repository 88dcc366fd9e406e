# SPDX-License-Identifier: Apache-2.0
"""What a microbenchmark does, counted by valgrind: the same for the same program and machine, under any load.

Of two runs of different length the difference is taken, so that neither the start of the program nor its preparations
count.
"""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import paths
from .errors import SuiteError
from .results import Measures

PACKAGE = paths.BENCHMARKS / "microbenchmarks"
SCRATCH = paths.BUILD / "microbenchmarks"

#: A short run has so many times fewer repetitions.
SHORT = 10

INSTRUCTIONS = re.compile(r"^==\d+== Collected : (\d+)$", re.MULTILINE)
ALLOCATIONS = re.compile(r"^==\d+== Total: +[\d,]+ bytes in ([\d,]+) blocks$", re.MULTILINE)


def build_runner() -> Path:
    """Builds the program that runs one microbenchmark."""
    where = ["--package-path", str(PACKAGE), "--scratch-path", str(SCRATCH)]
    done = subprocess.run(
        ["swift", "build", *where, "-c", "release", "--product", "run-microbenchmark"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise SuiteError(f"benchmarks/microbenchmarks cannot be built:\n{done.stdout[-3000:]}")
    # valgrind 3.19 gives up on the debug information that Swift 6.3 writes.
    stripped = SCRATCH / "run-microbenchmark"
    subprocess.run(["strip", "-o", str(stripped), str(SCRATCH / "release" / "run-microbenchmark")], check=True)
    return stripped


def list_microbenchmarks(runner: Path) -> dict[str, int]:
    """The microbenchmarks, and how many runs to measure over."""
    lines = subprocess.run([str(runner)], check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: int(runs) for runs, name in (line.split("\t") for line in lines)}


def count_all(runner: Path) -> dict[str, Measures]:
    """Counts all microbenchmarks, as many at a time as there are processors: that does not change the counts."""
    runs = list_microbenchmarks(runner)
    counter = Counter(runner)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(runs, pool.map(counter.count, runs, runs.values())))


class Counter:
    """Counts what a microbenchmark does."""

    def __init__(self, runner: Path) -> None:
        self.runner = runner

    def count(self, name: str, runs: int) -> Measures:
        """Instructions and allocations of one run."""
        return {
            "instructions": self._difference(["callgrind", "--callgrind-out-file=/dev/null"], INSTRUCTIONS, name, runs),
            "allocations": self._difference(["dhat", "--dhat-out-file=/dev/null"], ALLOCATIONS, name, runs),
        }

    def _difference(self, tool: list[str], pattern: re.Pattern[str], name: str, runs: int) -> float:
        short = runs // SHORT
        return (self._total(tool, pattern, name, runs) - self._total(tool, pattern, name, short)) / (runs - short)

    def _total(self, tool: list[str], pattern: re.Pattern[str], name: str, runs: int) -> int:
        # A fixed seed: else the order in hash tables, and with it the number of instructions, would change.
        environment = {"SWIFT_DETERMINISTIC_HASHING": "1", "PATH": os.environ["PATH"]}
        done = subprocess.run(
            ["valgrind", f"--tool={tool[0]}", *tool[1:], str(self.runner), name, str(runs)],
            capture_output=True, text=True, env=environment)
        found = pattern.search(done.stderr)
        if done.returncode != 0 or not found:
            raise SuiteError(f"valgrind --tool={tool[0]} of the microbenchmark {name} failed: {done.stderr[-1000:]}")
        return int(found[1].replace(",", ""))
