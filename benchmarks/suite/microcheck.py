# SPDX-License-Identifier: Apache-2.0
"""Checks the microbenchmarks against benchmarks/microbenchmarks/thresholds.json, or writes it anew.

    python3 -m suite.microcheck [--update]

Exit code 1 if a microbenchmark takes more instructions or allocations than its threshold and the tolerance, if it takes so
many fewer that the threshold has become meaningless, or if it has no threshold.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from .errors import SuiteError
from .microcounts import PACKAGE, build_runner, count_all
from .results import Measures

THRESHOLDS = PACKAGE / "thresholds.json"

#: Instruction counts of the same program differ by less than a thousandth; those of another libc by more.
TOLERANCE = 0.03

Counts = dict[str, Measures]


def judge(counts: Counts, thresholds: Counts, tolerance: float = TOLERANCE) -> list[str]:
    """A line for each count that is not near its threshold."""
    complaints = [f"{name}: there is a threshold and no such microbenchmark" for name in thresholds if name not in counts]
    for name, measures in counts.items():
        for measure, value in measures.items():
            threshold = thresholds.get(name, {}).get(measure)
            if threshold is None:
                complaints.append(f"{name}: there is no threshold for {measure}")
            elif abs(value - threshold) > tolerance * threshold + 0.5:
                direction = "worse" if value > threshold else "better: run make bench-micro-update and commit it"
                change = f"{(value / threshold - 1) * 100:+.1f} %" if threshold else "where there were none"
                complaints.append(f"{name}: {value:,.0f} {measure}, {change} of {threshold:,.0f}: {direction}")
    return complaints


def compiler() -> str:
    """The version of the compiler: another one generates other instructions."""
    done = subprocess.run(["swiftc", "--version"], check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[0]


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="suite.microcheck", description="Checks the microbenchmarks against their thresholds.")
    parser.add_argument("--update", action="store_true", help="write the thresholds anew")
    options = parser.parse_args(arguments)
    counts = count_all(build_runner())
    if options.update:
        write(THRESHOLDS, counts)
        return 0
    recorded = json.loads(THRESHOLDS.read_text())
    for name, measures in counts.items():
        instructions, allocations = measures["instructions"], measures["allocations"]
        print(f"{name:32} {instructions:>14,.0f} instructions {allocations:>10,.1f} allocations")
    complaints = judge(counts, recorded["thresholds"])
    for complaint in complaints:
        print(f"microbenchmarks: {complaint}", file=sys.stderr)
    if complaints and recorded["compiler"] != compiler():
        print(f"microbenchmarks: the thresholds are of another compiler, {recorded['compiler']}", file=sys.stderr)
    return 1 if complaints else 0


def write(path: Path, counts: Counts) -> None:
    """Writes the thresholds."""
    rounded = {name: {key: round(value, 1) for key, value in measures.items()} for name, measures in counts.items()}
    path.write_text(json.dumps({"compiler": compiler(), "thresholds": rounded}, indent=2) + "\n")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SuiteError as error:
        sys.exit(f"microbenchmarks: {error}")
