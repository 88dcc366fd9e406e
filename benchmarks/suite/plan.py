# SPDX-License-Identifier: Apache-2.0
"""How much is measured."""

from dataclasses import dataclass


KEPT_CONNECTIONS, NEW_CONNECTIONS = "kept connections", "new connections"


@dataclass(frozen=True)
class Plan:
    """Sizes, repetitions and seconds of each table."""

    name: str
    repetitions: int
    counting_sockets: tuple[int, ...]
    scraping_sockets: tuple[int, ...]
    #: Idle connections, and what the requests go over.
    loads: tuple[tuple[int, str], ...]
    load_seconds: int
    #: TCP sockets, and how many each of UDP and UNIX.
    collectors_sockets: tuple[tuple[int, int], ...]
    growth_sockets: tuple[int, ...]
    namespaces: tuple[int, ...]
    clients: tuple[int, ...]
    encodings: tuple[str, ...]
    serving_seconds: int
    are_microbenchmarks_timed: bool
    destination_trials: int
    folds_sockets: tuple[int, ...]


FULL = Plan(
    name="full",
    repetitions=5,
    counting_sockets=(1, 1_000, 10_000, 100_000, 1_000_000),
    scraping_sockets=(1, 1_000, 10_000, 100_000, 1_000_000),
    loads=((10_000, KEPT_CONNECTIONS), (200_000, KEPT_CONNECTIONS), (200_000, NEW_CONNECTIONS)),
    load_seconds=4,
    collectors_sockets=((100, 100), (100, 10_000), (1_000_000, 100), (1_000_000, 10_000)),
    growth_sockets=(1_000, 10_000, 100_000, 300_000, 1_000_000, 2_000_000, 4_000_000),
    namespaces=(1, 10, 100),
    clients=(1, 16, 64),
    encodings=("identity", "gzip"),
    serving_seconds=2,
    are_microbenchmarks_timed=True,
    destination_trials=100,
    folds_sockets=(1, 100_000, 1_000_000),
)

QUICK = Plan(
    name="quick",
    repetitions=5,
    counting_sockets=(1_000, 100_000),
    scraping_sockets=(1_000, 100_000),
    loads=((10_000, KEPT_CONNECTIONS),),
    load_seconds=1,
    collectors_sockets=((100, 100), (100_000, 10_000)),
    growth_sockets=(1_000, 10_000, 100_000),
    namespaces=(1, 10),
    clients=(16,),
    encodings=("identity",),
    serving_seconds=1,
    are_microbenchmarks_timed=False,
    destination_trials=10,
    folds_sockets=(1, 100_000),
)

PLANS = {plan.name: plan for plan in (QUICK, FULL)}
