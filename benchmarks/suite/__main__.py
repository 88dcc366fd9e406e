# SPDX-License-Identifier: Apache-2.0
"""Runs the suite.

    cd benchmarks && python3 -m suite [--plan full|quick] [--tables NAME,...] [--output DIRECTORY] EXECUTABLE

Writes results.json, tables.md and the plots. Without --output a full run of all tables goes to benchmarks/results, which
is committed, and any other to .build/bench-quick or .build/bench-tables. Of the committed ones the run before is kept as
previous.json, and agreement.md compares with it.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from . import machine, paths, peers, render
from .errors import SuiteError
from .plan import PLANS, Plan
from .programs import details, programs
from .results import Results, Table
from .rounds import say
from .servers import others, ours, sources
from .tables import collectors, counting, destinations, folds, growth, interference, microbenchmarks, scraping, serving


#: The tables that there are, while others are measured.
UNFINISHED = paths.BUILD / "bench-unfinished" / "results.json"


def measurements(plan: Plan, executable: Path, left_out: list[str]) -> dict[str, Callable[[], Table]]:
    """The tables by name, in order."""
    return {
        "counting": lambda: counting.run(plan, executable, left_out),
        "scraping": lambda: scraping.run(plan, executable, left_out),
        "interference": lambda: interference.run(plan, executable, left_out),
        "growth": lambda: growth.by_sockets(plan, executable, left_out),
        "namespaces": lambda: growth.by_namespaces(plan, executable),
        "microbenchmarks": lambda: microbenchmarks.run(plan, left_out),
        "serving": lambda: serving.run(plan, executable),
        "collectors": lambda: collectors.run(plan, executable, left_out),
        "destinations": lambda: destinations.run(plan),
        "folds": lambda: folds.run(plan, executable, left_out),
    }


def commands(executable: Path) -> dict[str, str]:
    """What is run for each subject, by paths in the repository."""
    known = {**sources(executable), **others()}
    known |= {
        collectors.TCP_ALONE: ours(executable, "bpf", *collectors.ALONE_FLAGS),
        **collectors.node_exporters(),
        **folds.exporters(executable),
        counting.QUEUES: ours(executable, "bpf", "--collector.tcp.queues"),
        counting.ALL_NAMESPACES: ours(executable, "bpf", "--netns.all"),
    }
    words = {name: exporter.command for name, exporter in known.items()}
    words |= {name: program.command for name, program in {**programs(), **details()}.items()}
    return {
        name: shlex.join("python3" if word == sys.executable else word.replace(f"{paths.ROOT}/", "") for word in command)
        for name, command in words.items()
    }


def output_directory(plan: Plan, are_all: bool) -> Path:
    """The default directory of results: only full runs of all tables go to the committed ones."""
    if not are_all:
        return paths.BUILD / "bench-tables"
    return paths.RESULTS if plan.name == "full" else paths.BUILD / "bench-quick"


def run(plan: Plan, executable: Path, names: list[str], output: Path) -> None:
    """Measures, and writes what was found."""
    UNFINISHED.unlink(missing_ok=True)
    _check_ours(executable)
    left_out = peers.left_out()
    for line in left_out:
        say(f"bench: {line}")
    results = Results(plan.name, machine.describe(), machine.versions(executable), commands(executable), left_out)
    for name, measure in measurements(plan, executable, left_out).items():
        if name not in names:
            continue
        say(f"== {name}")
        start = time.monotonic()
        table = measure()
        table.seconds = time.monotonic() - start
        say(f"== {name}: {table.seconds:.0f} s")
        results.tables[name] = table
        # A later table may fail after many minutes.
        results.save(UNFINISHED)
    if "growth" in results.tables and _has("numpy"):
        results.fits = growth.fits(results.tables["growth"])
    _keep_previous(output)
    results.save(output / "results.json")
    render.write(output)
    say(f"bench: written to {output}")


def _check_ours(executable: Path) -> None:
    """Refuses to begin what would end at the first scrape."""
    command = [str(executable), "--once", "--source", "bpf"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SuiteError(
            f"{' '.join(command)} does not work here, and all the others are compared with it: {done.stderr.strip()}")


def _keep_previous(output: Path) -> None:
    """Keeps the run before where only whole ones go, to compare with."""
    if output == paths.RESULTS and (output / "results.json").exists():
        os.replace(output / "results.json", output / render.PREVIOUS)


def _has(module: str) -> bool:
    try:
        __import__(module)
    except ImportError:
        return False
    return True


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="suite", description="Runs the benchmark suite. Needs root.")
    parser.add_argument("--plan", choices=PLANS, default="quick")
    parser.add_argument("--tables", help="only these, with commas between them")
    parser.add_argument("--output", type=Path, help="the directory of the results")
    parser.add_argument("executable", type=Path)
    options = parser.parse_args()
    plan = PLANS[options.plan]
    known = list(measurements(plan, options.executable, []))
    names = options.tables.split(",") if options.tables else known
    unknown = sorted(set(names) - set(known))
    if unknown:
        parser.error(f"there is no table {', '.join(unknown)}: there are {', '.join(known)}")
    if os.geteuid() != 0:
        parser.error("network namespaces need root")
    if not os.access(options.executable, os.X_OK):
        parser.error(f"{options.executable} cannot be run: make release builds it")
    # SIGTERM ends the run as Ctrl-C does: servers and populations are ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    output = options.output or output_directory(plan, set(names) == set(known))
    try:
        run(plan, options.executable.resolve(), names, output)
    except SuiteError as error:
        print(f"bench: {error}", file=sys.stderr)
        if UNFINISHED.exists():
            print(f"bench: for the tables before: cd benchmarks && python3 -m suite.render {UNFINISHED.parent}",
                  file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
