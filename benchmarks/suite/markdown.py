# SPDX-License-Identifier: Apache-2.0
"""Tables in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import figures, machine
from .results import Results, Row, Table
from .rounds import describe
from .servers import ALONE, OURS
from .spread import Spread, ratios


@dataclass(frozen=True)
class Column:
    """A measure as a column, and beside it how many times ours it is."""

    title: str
    measure: str
    write: figures.Format
    has_ratio: bool = False
    #: Where neither less nor more of it is better, None.
    more_is_better: bool | None = False


WALL = Column("whole, ms", "wall_seconds", figures.milliseconds, has_ratio=True)
SCAN = Column("the scan in it, ms", "scan_seconds", figures.milliseconds)
SCAN_RATIO = Column("the scan in it, ms", "scan_seconds", figures.milliseconds, has_ratio=True)
CPU = Column("CPU, ms", "cpu_seconds", figures.milliseconds)
PEAK = Column("peak memory, MB", "peak_bytes", figures.megabytes, has_ratio=True)
OWN = Column("of it its own, MB", "own_bytes", figures.megabytes, has_ratio=True)
BODY = Column("bytes", "body_bytes", figures.whole, more_is_better=None)
RATE = Column("requests/s", "requests_per_second", figures.whole, has_ratio=True, more_is_better=True)
P50 = Column("p50, ms", "p50_seconds", figures.milliseconds)
P99 = Column("p99, ms", "p99_seconds", figures.milliseconds, has_ratio=True)
ERRORS = Column("errors", "errors", figures.whole)
SCRAPES = Column("scrapes", "scrapes", figures.whole, more_is_better=None)
SLOWEST = Column("slowest scrape, ms", "slowest_scrape_seconds", figures.milliseconds, has_ratio=True)
RETRIES = Column("chains read again", "retries", figures.whole, more_is_better=None)
LOAD = Column("exporter's CPU, %", "cpu_seconds_per_second", figures.percent)

#: The title and the columns of each table whose rows are compared with ours.
COMPARED = {
    "counting": ("1. Counting", [WALL, SCAN, CPU]),
    "scraping": ("2. Scraping", [WALL, CPU, PEAK, OWN, BODY]),
    "interference": ("3. What it costs the server that is being watched", [RATE, P50, P99, SCRAPES, SLOWEST, RETRIES, LOAD]),
    "growth": ("4. Growth: sockets", [WALL, SCAN, PEAK]),
    "namespaces": ("4. Growth: network namespaces, with --netns.all", [WALL, SCAN, PEAK]),
    "serving": ("6. The server", [RATE, P50, P99, ERRORS]),
    "folds": ("9. Whose the connections are, and how they are doing", [WALL, SCAN_RATIO, CPU, PEAK, OWN, BODY]),
    "collectors": ("7. The default collectors", [WALL, CPU, PEAK, OWN, BODY]),
}


def lines(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; a pipe in a cell does not end it."""
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in (header, ["---"] * len(header), *rows)]
    return "\n".join("| " + " | ".join(row) + " |" for row in escaped) + "\n"


def compared(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """The rows of one set of conditions."""
    ours = next((row for row in rows if row.subject == OURS), None)
    present = [column for column in columns if any(column.measure in row.samples for row in rows)]
    header = ["how"]
    for column in present:
        header += [column.title] + (["× ours"] if column.has_ratio else [])
    return lines(header, [[row.subject, *_cells(row, ours, present)] for row in rows])


def _cells(row: Row, ours: Row | None, columns: Sequence[Column]) -> list[str]:
    cells = []
    for column in columns:
        samples = row.samples.get(column.measure)
        cells.append(figures.with_range(Spread.of(samples), column.write) if samples else "")
        if column.has_ratio:
            times = ratios(samples, ours.samples.get(column.measure, [])) if samples and ours else []
            cells.append(figures.significant(Spread.of(times).median) if times else "")
    return cells


def better_than_ours(rows: Sequence[Row], columns: Sequence[Column]) -> list[str]:
    """Where another is better than ours, round by round: it must not be hidden in a long table."""
    ours = next((row for row in rows if row.subject == OURS), None)
    found = []
    for column in columns:
        if not ours or column.more_is_better is None or column.measure not in ours.samples:
            continue
        for row in rows:
            times = ratios(row.samples.get(column.measure, []), ours.samples[column.measure])
            if row is ours or row.subject == ALONE or not times:
                continue
            median = Spread.of(times).median
            if median > 1 if column.more_is_better else median < 1:
                found.append(f"{row.subject} ({column.title}: {figures.significant(median)} × ours)")
    return found


def by_conditions(table: Table) -> dict[str, list[Row]]:
    """The rows by what their conditions are called."""
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        groups.setdefault(describe(row.conditions), []).append(row)
    return groups


def section(title: str, table: Table, columns: Sequence[Column]) -> str:
    """A heading, and a table for each set of conditions."""
    parts = [f"## {title}\n"]
    for conditions, rows in by_conditions(table).items():
        parts.append(f"### {conditions}\n\n{compared(rows, columns)}")
        better = better_than_ours(rows, columns)
        if better:
            parts.append(f"Better than {OURS}: {'; '.join(better)}.\n")
    return "\n".join(parts)


def microbenchmarks_section(table: Table) -> str:
    """Table 5, which compares nothing."""
    rows = []
    for row in table.rows:
        seconds = row.samples.get("seconds")
        rows.append([
            row.subject,
            figures.whole(Spread.of(row.samples["instructions"]).median),
            figures.whole(Spread.of(row.samples["allocations"]).median),
            figures.with_range(Spread.of(seconds), figures.microseconds) if seconds else "",
            figures.whole(1 / Spread.of(seconds).median) if seconds else "",
        ])
    return "## 5. Microbenchmarks\n\n" + lines(["step", "instructions", "allocations", "µs", "a second"], rows)


def destinations_section(table: Table) -> str:
    """Table 8, of which the truth is known."""
    rows = []
    for row in table.rows:
        above = row.samples["above"]
        times = sum(count > 0 for count in above)
        mean = figures.significant(sum(above) / len(above))
        rows.append([row.subject, f"{times} of {len(above)}", mean, figures.whole(max(above))])
    header = ["sockets", "times above", "above in the mean", "at most above"]
    return "## 8. The busiest destination: how far its count is above the truth\n\n" + lines(header, rows)


def fits_section(results: Results) -> str:
    """The lines through the growth."""
    rows = []
    for subject, line in results.fits.items():
        fixed, each = figures.milliseconds(line["fixed"]), figures.significant(line["each"] * 1e9)
        rows.append([subject, fixed, each, figures.percent(line["worst"])])
    return (
        "### Fit\n\nThe scan's time as a fixed cost and a cost for each socket: least squares of relative errors, "
        "through the medians.\n\n" + lines(["how", "fixed, ms", "each socket, ns", "greatest error, %"], rows))


def document(results: Results) -> str:
    """All tables of a run."""
    parts = [
        "# Results\n",
        "Made by `make bench` from [results.json](results.json); [what is measured, and how](../README.md). Medians, "
        f"with the least and the greatest of the repetitions. \"× ours\" is against {OURS}, round by round.\n",
        f"{machine.line(results.machine)}; the kernel's table of connections has {machine.buckets(results.machine)}.\n",
    ]
    if results.left_out:
        parts.append("\n".join(f"- {line}" for line in results.left_out) + "\n")
    for name, table in results.tables.items():
        if not table.rows:
            continue
        if name == "microbenchmarks":
            parts.append(microbenchmarks_section(table))
        elif name == "destinations":
            parts.append(destinations_section(table))
        else:
            title, columns = COMPARED[name]
            parts.append(section(title, table, columns))
        if name == "growth" and results.fits:
            parts.append(fits_section(results))
    parts.append("## Versions and commands\n")
    parts.append(lines(["what", "version"], [[name, text] for name, text in results.versions.items()]))
    parts.append(lines(["how", "command"], [[name, f"`{text}`"] for name, text in results.commands.items()]))
    return "\n".join(parts)
