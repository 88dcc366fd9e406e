# SPDX-License-Identifier: Apache-2.0
"""How long the microbenchmarks take, measured by ordo-one/benchmark."""

import json
import subprocess
from typing import Any

from . import paths
from .microcounts import PACKAGE, SCRATCH

#: What the file calls a time, in seconds.
UNITS = {"ns": 1e-9, "μs": 1e-6, "ms": 1e-3, "s": 1.0}


def measure_times(left_out: list[str]) -> dict[str, list[float]]:
    """Seconds of `runs` runs of each microbenchmark, by its name in the file: the least, the median and the greatest."""
    directory = paths.fresh_directory("bench-microbenchmarks")
    done = subprocess.run(
        ["swift", "package", "--package-path", str(PACKAGE), "--scratch-path", str(SCRATCH),
         "--allow-writing-to-directory", str(directory),
         "benchmark", "run", "--format", "jmh", "--path", str(directory), "--no-progress", "--quiet"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    files = list(directory.glob("*.jmh.json"))
    found = parse(json.loads(files[0].read_text())) if done.returncode == 0 and len(files) == 1 else {}
    if not found:
        left_out.append(f"times of microbenchmarks: left out, ordo-one/benchmark failed: {done.stdout.strip()[-200:]}")
    return found


def parse(benchmarks: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Reads what the library writes in the form of JMH."""
    found = {}
    for benchmark in benchmarks:
        metrics = [benchmark["primaryMetric"], *benchmark.get("secondaryMetrics", {}).values()]
        for metric in metrics:
            unit = UNITS.get(metric["scoreUnit"])
            if unit is not None:
                percentiles = metric["scorePercentiles"]
                # "package.benchmark.TARGET.NAME", with underscores for spaces.
                name = benchmark["benchmark"].split(".", 3)[3]
                found[name] = [percentiles[key] * unit for key in ("0.0", "50.0", "100.0")]
    return found


def key(name: str) -> str:
    """What the file calls a microbenchmark."""
    return name.replace(" ", "_")
