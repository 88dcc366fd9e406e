# SPDX-License-Identifier: Apache-2.0
"""Numbers for people."""

from collections.abc import Callable

from .spread import Spread

Format = Callable[[float], str]


def significant(value: float) -> str:
    """Three digits, with commas between thousands, and no more decimals than they leave."""
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 1 else f"{value:.3g}"


def milliseconds(seconds: float) -> str:
    """Seconds as milliseconds."""
    return significant(seconds * 1e3)


def microseconds(seconds: float) -> str:
    """Seconds as microseconds."""
    return significant(seconds * 1e6)


def megabytes(size: float) -> str:
    """Bytes as millions of them."""
    return significant(size / 1e6)


def whole(value: float) -> str:
    """A count."""
    return f"{value:,.0f}"


def percent(value: float) -> str:
    """A fraction of one as percent."""
    return significant(value * 100)


def with_range(spread: Spread, write: Format) -> str:
    """The median, and the least and the greatest where they differ from it in writing."""
    median, least, greatest = write(spread.median), write(spread.least), write(spread.greatest)
    return median if least == median == greatest else f"{median} ({least} to {greatest})"
