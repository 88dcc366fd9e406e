# SPDX-License-Identifier: Apache-2.0
"""Plots as SVG: the same file for the same results."""

from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402 (after the backend is chosen)
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import FuncFormatter, NullFormatter  # noqa: E402

from . import figures, programs, servers  # noqa: E402
from .labels import moved_apart  # noqa: E402
from .results import Results, Table  # noqa: E402
from .rounds import describe  # noqa: E402
from .spread import Spread  # noqa: E402
from .tables import counting  # noqa: E402

plt.rcParams.update({
    "svg.hashsalt": "socket_exporter",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "figure.facecolor": "white",
})

# Okabe and Ito's palette, which people with any colour vision tell apart; ours are blue.
BLUE, SKY, GREEN, ORANGE, RED, PINK, BLACK, GREY = (
    "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#000000", "#777777")

#: Colour, line and marker of those that are always there; others take from OTHERS.
STYLES = {
    servers.BPF: (BLUE, "-", "o"),
    counting.QUEUES: (BLUE, ":", "o"),
    servers.NETLINK: (SKY, "-", "s"),
    servers.PROC: (GREEN, "-", "^"),
    programs.ITERATOR: (PINK, "--", "D"),
    programs.C_NOTHING: (GREY, "--", "x"),
    programs.SWIFT_SPLIT: (ORANGE, "--", "v"),
    programs.SS: (BLACK, "--", "P"),
    programs.NETSTAT: (RED, "--", "X"),
    servers.PYTHON: (RED, "--", "X"),
    servers.ALONE: (GREY, "-", "x"),
}
OTHERS = [(ORANGE, "-", "v"), (PINK, "-", "D"), (BLACK, "-", "P")]

#: Too near to others to be told apart in a plot; the table has them.
NOT_DRAWN = {counting.ALL_NAMESPACES, programs.C_NETLINK, programs.C_PROC}


def write_all(results: Results, machine_line: str, directory: Path) -> None:
    """Draws what there are rows for."""
    drawings: list[tuple[str, str, Callable[[Table, str], Figure]]] = [
        ("counting-time", "counting", draw_counting),
        ("scraping-time", "scraping", draw_scraping),
        ("scraping-memory", "scraping", draw_memory),
        ("interference", "interference", draw_interference),
        ("serving", "serving", draw_serving),
    ]
    for name, table_name, draw in drawings:
        table = results.tables.get(table_name)
        if table and table.rows:
            _save(draw(table, machine_line), directory / f"{name}.svg")
    growth = results.tables.get("growth")
    if growth and growth.rows:
        _save(draw_growth(growth, results.fits, machine_line), directory / "growth.svg")


def draw_counting(table: Table, machine_line: str) -> Figure:
    """Time of every way to count, against sockets."""
    return _lines(table, "wall_seconds", "Counting TCP sockets by state: whole scrape or whole command", machine_line)


def draw_scraping(table: Table, machine_line: str) -> Figure:
    """Time of whole scrapes, against sockets."""
    return _lines(table, "wall_seconds", "A whole HTTP scrape", machine_line)


def draw_growth(table: Table, fits: dict[str, dict[str, float]], machine_line: str) -> Figure:
    """Time of scans against sockets, with the fitted lines."""
    figure = _lines(table, "scan_seconds", "The scan alone, with the fitted lines", machine_line)
    axes = figure.axes[0]
    sizes = sorted(table.values("sockets"))
    steps = [sizes[0] * (sizes[-1] / sizes[0]) ** (step / 100) for step in range(101)]
    for subject, line in fits.items():
        axes.plot(steps, [(line["fixed"] + line["each"] * size) * 1e3 for size in steps],
                  color=_style(subject, table)[0], linewidth=0.8, linestyle=":", zorder=1)
    return figure


def draw_memory(table: Table, machine_line: str) -> Figure:
    """Bars of the peak memory, with few and with most sockets."""
    sizes = [size for size in table.values("sockets") if size >= 1_000]
    sizes = [sizes[0], sizes[-1]] if len(sizes) > 1 else sizes
    subjects = table.subjects()
    thickness = 0.8 / len(sizes)
    figure, axes = plt.subplots(figsize=(9.5, 1.3 + 0.3 * len(subjects) * len(sizes)))
    for number, size in enumerate(sizes):
        for place, subject in enumerate(subjects):
            row = table.find(subject, sockets=size)
            if not row:
                continue
            median = Spread.of(row.samples["peak_bytes"]).median / 1e6
            height = place + (number - (len(sizes) - 1) / 2) * thickness
            axes.barh(height, median, thickness * 0.92, color=_style(subject, table)[0],
                      alpha=0.45 + 0.55 * (number + 1) / len(sizes))
            axes.annotate(f"{figures.significant(median)}  ({size:,} sockets)", (median, height), xytext=(4, 0),
                          textcoords="offset points", va="center", fontsize=8)
    axes.set_yticks(range(len(subjects)), subjects)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.22)
    axes.set_xlabel("MB")
    axes.set_title("Peak resident memory of the exporter during a scrape", loc="left", fontweight="bold")
    return _with_caption(figure, machine_line)


def draw_serving(table: Table, machine_line: str) -> Figure:
    """Scrapes a second for each number of clients, without compression: points, since bars have no logarithm of 0."""
    plain = Table([row for row in table.rows if row.conditions["encoding"] == "identity"])
    subjects, clients = plain.subjects(), plain.values("clients")
    figure, axes = plt.subplots(figsize=(9.5, 1.4 + 0.25 * len(subjects) * len(clients)))
    for place, subject in enumerate(subjects):
        for number, count in enumerate(clients):
            row = plain.find(subject, clients=count)
            if not row:
                continue
            spread = Spread.of(row.samples["requests_per_second"])
            height = place + (number - (len(clients) - 1) / 2) * 0.26
            _point(axes, height, spread, 1, _style(subject, plain))
            label = f"{figures.significant(spread.median)}  ({count} client{'s' if count != 1 else ''})"
            axes.annotate(label, (spread.greatest, height), xytext=(7, 0), textcoords="offset points", va="center",
                          fontsize=8)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.margins(x=0.2)
    axes.set_yticks(range(len(subjects)), subjects)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("scrapes a second")
    axes.set_title("Clients that scrape without a pause, 1,000 sockets, no compression", loc="left", fontweight="bold")
    return _with_caption(figure, "Median, least and greatest. " + machine_line)


def draw_interference(table: Table, machine_line: str) -> Figure:
    """Throughput and latency of the load beside each exporter."""
    loads = list(dict.fromkeys(tuple(row.conditions.items()) for row in table.rows))
    subjects = table.subjects()
    figure, panels = plt.subplots(
        2, len(loads), figsize=(3.6 * len(loads) + 2.2, 0.9 + 0.62 * len(subjects)), sharey=True, squeeze=False)
    for column, conditions in enumerate(map(dict, loads)):
        for row, (measure, scale, label) in enumerate(
                [("requests_per_second", 1e3, "thousand requests/s"), ("p99_seconds", 1e-3, "99th percentile, ms")]):
            axes = panels[row][column]
            for place, subject in enumerate(subjects):
                found = table.find(subject, **conditions)
                if found:
                    _point(axes, place, Spread.of(found.samples[measure]), scale, _style(subject, table))
            axes.set_xlabel(label)
            axes.set_xlim(left=0)
            axes.set_yticks(range(len(subjects)), subjects)
            axes.set_ylim(len(subjects) - 0.5, -0.5)
            if row == 0:
                axes.set_title(describe(conditions).replace("connections, ", "connections,\n"), fontsize=10)
    figure.suptitle("nginx under load while it is scraped every second", fontweight="bold", x=0.01, ha="left")
    return _with_caption(figure, "Median, least and greatest. " + machine_line)


def _point(axes: Axes, place: float, spread: Spread, scale: float, style: tuple[str, str, str]) -> None:
    axes.plot([spread.least / scale, spread.greatest / scale], [place, place], color=style[0], linewidth=2)
    axes.plot(spread.median / scale, place, marker=style[2], color=style[0], markersize=7)


def _lines(table: Table, measure: str, title: str, machine_line: str) -> Figure:
    """Log-log lines against sockets, each with its name at its end and bars from the least to the greatest."""
    figure, axes = plt.subplots(figsize=(9.5, 5.2))
    ends: list[tuple[float, float, str, str]] = []
    for subject in table.subjects():
        rows = [row for row in table.rows if row.subject == subject and int(row.conditions["sockets"]) >= 1_000]
        rows = [row for row in rows if measure in row.samples]
        if subject in NOT_DRAWN or not rows:
            continue
        colour, line, marker = _style(subject, table)
        spreads = [Spread.of(row.samples[measure]) for row in rows]
        sizes = [int(row.conditions["sockets"]) for row in rows]
        medians = [spread.median * 1e3 for spread in spreads]
        below = [(spread.median - spread.least) * 1e3 for spread in spreads]
        above = [(spread.greatest - spread.median) * 1e3 for spread in spreads]
        axes.errorbar(sizes, medians, yerr=[below, above], color=colour, linestyle=line, marker=marker, markersize=5,
                      linewidth=2 if subject in (servers.BPF, servers.NETLINK, servers.PROC) else 1.3, elinewidth=1)
        ends.append((sizes[-1], medians[-1], subject, colour))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("TCP sockets in ESTABLISHED")
    axes.set_ylabel("milliseconds")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(value)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_title(title, loc="left", fontweight="bold")
    _label_ends(axes, ends)
    return _with_caption(figure, "Medians with the least and the greatest. " + machine_line)


def _label_ends(axes: Axes, ends: Sequence[tuple[float, float, str, str]]) -> None:
    """Names beside the ends of lines, moved apart where they would lie on one another."""
    right = max((end[0] for end in ends), default=1)
    height = axes.transAxes.inverted().transform(axes.transData.transform([(right, end[1]) for end in ends]))
    places = moved_apart([float(point[1]) for point in height], 0.052)
    for (size, median, name, colour), place in zip(ends, places):
        axes.annotate(name, (size, median), xytext=(1.02, place), textcoords="axes fraction", color="#222222",
                      va="center", fontsize=9, annotation_clip=False,
                      arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3})


def _style(subject: str, table: Table) -> tuple[str, str, str]:
    if subject in STYLES:
        return STYLES[subject]
    unknown = [name for name in table.subjects() if name not in STYLES]
    return OTHERS[unknown.index(subject) % len(OTHERS)]


def _short(value: float) -> str:
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def _with_caption(figure: Figure, caption: str) -> Figure:
    figure.text(0.01, 0.005, caption, fontsize=7.5, color="#555555", ha="left", va="bottom")
    figure.tight_layout(rect=(0, 0.03, 1, 1), w_pad=2)
    return figure


def _save(figure: Figure, path: Path) -> None:
    # Without the date, the same results give the same file.
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)
