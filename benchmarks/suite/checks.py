# SPDX-License-Identifier: Apache-2.0
"""What a method may have counted."""

from .errors import WrongCount

#: Sockets of the scrapes themselves that a count of ESTABLISHED may hold besides the population's.
OWN_SOCKETS = 8

#: Connections that are closed before each count of TIME_WAIT, so that it cannot be right by being 0.
FRESH_TIME_WAITS = 5


def check_established(method: str, counted: int, sockets: int, extra: int = 0) -> None:
    """Refuses a count that misses a socket of the population, or finds more than the suite may have added.

    `extra` are those of a load that runs beside it.
    """
    if not sockets <= counted <= sockets + extra + OWN_SOCKETS:
        raise WrongCount(f"{method} counted {counted} sockets in ESTABLISHED, and there are {sockets}")


def check_time_wait(method: str, counted: int, closed: int) -> None:
    """Refuses a count that misses the fresh ones, or finds more than the connections that were ever closed."""
    if not FRESH_TIME_WAITS <= counted <= closed:
        raise WrongCount(
            f"{method} counted {counted} sockets in TIME_WAIT, and there are {FRESH_TIME_WAITS} to {closed}")


def check_nothing(method: str, counted: int) -> None:
    """Refuses sockets where none were asked for."""
    if counted != 0:
        raise WrongCount(f"{method} counted {counted} sockets and was asked for none")
