# SPDX-License-Identifier: Apache-2.0
"""Where things are."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "benchmarks"
BUILD = ROOT / ".build"
PEERS = BUILD / "peers"
PEERS_SID = BUILD / "peers-sid"
BASELINES = BUILD / "baselines"
POPULATION = BUILD / "population" / "population"
RESULTS = BENCHMARKS / "results"


def fresh_directory(name: str) -> Path:
    """An empty directory under .build. It always has the same name, so that a run that is killed leaves only one."""
    directory = BUILD / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
