# SPDX-License-Identifier: Apache-2.0
"""What a method may have counted."""

from .errors import WrongCount

#: Sockets of the scrapes themselves that a count of ESTABLISHED may hold besides the population's.
OWN_SOCKETS = 8

#: Connections that are closed before each count of TIME_WAIT, so that it cannot be right by being 0.
FRESH_TIME_WAITS = 5

#: From so many sockets in TIME_WAIT on they come and go by thousands while they are counted.
MANY_TIME_WAITS = 1_000


def check_established(method: str, counted: int, sockets: int, extra: tuple[int, int] = (0, 0)) -> None:
    """Refuses a count that misses a socket of the population, or finds more than the suite may have added.

    `extra` are the least and the most of a load that runs beside it.
    """
    least, most = sockets + extra[0], sockets + extra[1] + OWN_SOCKETS
    if not least <= counted <= most:
        raise WrongCount(f"{method} counted {counted} sockets in ESTABLISHED, and there are {least} to {most}")


def check_time_wait(method: str, counted: int, before: int, after: int) -> None:
    """Refuses a count that is not what the kernel's own sum said before and after.

    After a load over new connections thousands come and go between the two: then it may be twice as much, or half.
    """
    least, most = min(before, after), max(before, after)
    if most < MANY_TIME_WAITS:
        least, most = max(FRESH_TIME_WAITS, least - OWN_SOCKETS), most + OWN_SOCKETS
    else:
        least, most = least // 2, most * 2
    if not least <= counted <= most:
        raise WrongCount(f"{method} counted {counted} sockets in TIME_WAIT, and there are {least} to {most}")


def check_nothing(method: str, counted: int) -> None:
    """Refuses sockets where none were asked for."""
    if counted != 0:
        raise WrongCount(f"{method} counted {counted} sockets and was asked for none")
