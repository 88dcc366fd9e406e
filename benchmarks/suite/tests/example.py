# SPDX-License-Identifier: Apache-2.0
"""A small run to test with."""

from suite import programs, servers
from suite.results import Results, Row, Table

MACHINE = {
    "cpu": "Example", "cpus": 2, "virtual": True, "memory_bytes": 2**34, "kernel": "Linux 6.18",
    "distribution": "Debian", "established_table_buckets": "262144",
}


def results(ours: float = 0.1) -> Results:
    """Two exporters and a program at three sizes."""
    scraping, counting = Table(), Table()
    for sockets in (1_000, 100_000, 1_000_000):
        conditions = {"sockets": sockets}
        for subject, seconds in ((servers.BPF, ours), (servers.NETLINK, 0.7), ("node_exporter 1.5.0", 0.05)):
            samples = {
                "wall_seconds": [seconds, round(seconds * 1.1, 6), round(seconds * 0.9, 6)],
                "peak_bytes": [18e6, 18e6, 19e6],
                "own_bytes": [3e6, 3e6, 3.1e6],
            }
            scraping.rows.append(Row(subject, dict(conditions), samples))
        counting.rows.append(Row(programs.SS, dict(conditions), {"wall_seconds": [2.0, 2.5, 3.0]}))
    return Results("full", MACHINE, {"python": "3"}, {programs.SS: "ss"}, ["x is left out"],
                   {"counting": counting, "scraping": scraping}, {})
