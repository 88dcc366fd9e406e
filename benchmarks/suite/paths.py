# SPDX-License-Identifier: Apache-2.0
"""Where things are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "benchmarks"
BUILD = ROOT / ".build"
PEERS = BUILD / "peers"
PEERS_SID = BUILD / "peers-sid"
YARDSTICKS = BUILD / "yardsticks"
POPULATION = BUILD / "population" / "population"
RESULTS = BENCHMARKS / "results"
