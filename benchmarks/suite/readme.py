# SPDX-License-Identifier: Apache-2.0
"""Writes figures of the committed results into README.md, between marks:

    cd benchmarks && python3 -m suite.readme            # writes
    cd benchmarks && python3 -m suite.readme --check    # exit code 1 if README.md shows other figures

A mark is `<!-- bench NAME -->`, and what it holds ends at the next `<!-- /bench -->`.
"""

import re
import sys
from pathlib import Path

from . import figures, machine, markdown, paths, programs, servers
from .errors import SuiteError
from .results import Results, Table
from .spread import Spread

README = paths.ROOT / "README.md"
MARK = re.compile(r"<!-- bench ([a-z-]+) -->(.*?)<!-- /bench -->", re.DOTALL)

#: The numbers of sockets that the table shows.
SIZES = (1_000, 100_000, 1_000_000)
MOST = SIZES[-1]


def fill(text: str, facts: dict[str, str]) -> str:
    """The text with each mark filled."""

    def filled(found: re.Match[str]) -> str:
        name = found[1]
        if name not in facts:
            raise SuiteError(f"README.md has a mark for {name}, and there are only {', '.join(sorted(facts))}")
        return f"<!-- bench {name} -->{facts[name]}<!-- /bench -->"

    return MARK.sub(filled, text)


def facts_of(results: Results) -> dict[str, str]:
    """The figures of a run that README shows, by the names of its marks."""
    scraping = results.tables["scraping"]
    return {
        "memory": f"{_most(scraping, servers.BPF, 'peak_bytes') / 1e6:.0f} MB",
        "own-memory": f"{figures.megabytes(_most(scraping, servers.BPF, 'own_bytes'))} MB",
        "bpf-time": f"{figures.milliseconds(_median(scraping, servers.BPF, 'wall_seconds'))} ms",
        "netlink-time": f"{figures.milliseconds(_median(scraping, servers.NETLINK, 'wall_seconds'))} ms",
        "summary": summary(results),
        "comparison": comparison(results),
    }


def summary(results: Results) -> str:
    """The picture and the short table of the first screen: ours, and the newest node_exporter."""
    scraping = results.tables["scraping"]
    others = [subject for subject in scraping.subjects() if subject.startswith("node_exporter")]
    rows = _exporters(scraping, [servers.BPF, servers.NETLINK, *others[-1:]])
    return f"""

![Milliseconds of a whole HTTP scrape against the number of sockets](benchmarks/results/scraping-time.svg)

{markdown.lines(["whole HTTP scrape", *_sizes(), "peak memory"], rows)}"""


def comparison(results: Results) -> str:
    """The section that compares."""
    scraping, counting = results.tables["scraping"], results.tables["counting"]
    header = ["whole HTTP scrape, or whole command", *_sizes(), "peak memory"]
    names = {programs.ITERATOR: f"{programs.ITERATOR}, loaded each time"}
    rows = _exporters(scraping, scraping.subjects())
    for subject in (programs.SS, programs.NETSTAT, programs.SWIFT_SPLIT, programs.ITERATOR):
        if subject in counting.subjects():
            rows.append([names.get(subject, subject), *_times(counting, subject), ""])
    return f"""

{markdown.lines(header, rows)}
Medians of {_repetitions(scraping)} repetitions of one run, exporters interleaved with exporters and commands with commands.
The machine: {machine.line(results.machine)}.
Memory is that of the exporter's process with {MOST:,} sockets, without that of netstat.
"""


def _sizes() -> list[str]:
    return [f"{size:,} sockets" for size in SIZES]


def _exporters(table: Table, subjects: list[str]) -> list[list[str]]:
    return [
        [subject, *_times(table, subject), f"{figures.megabytes(_median(table, subject, 'peak_bytes'))} MB"]
        for subject in subjects
    ]


def _times(table: Table, subject: str) -> list[str]:
    return [f"{figures.milliseconds(_median(table, subject, 'wall_seconds', size))} ms" for size in SIZES]


def _median(table: Table, subject: str, measure: str, sockets: int = MOST) -> float:
    row = table.find(subject, sockets=sockets)
    if not row:
        raise SuiteError(
            f"the results have no {subject} with {sockets:,} sockets: run all of make bench, on a machine that holds so many")
    return Spread.of(row.samples[measure]).median


def _most(table: Table, subject: str, measure: str) -> float:
    """The greatest of all, at any number of sockets."""
    return max(max(row.samples[measure]) for row in table.rows if row.subject == subject)


def _repetitions(table: Table) -> int:
    return len(table.rows[0].samples["wall_seconds"])


def main(arguments: list[str], readme: Path = README, results: Path = paths.RESULTS / "results.json") -> int:
    """The command."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    if not results.exists():
        raise SuiteError("there is no benchmarks/results/results.json: run make bench")
    text = readme.read_text()
    right = fill(text, facts_of(Results.load(results)))
    if arguments == ["--check"]:
        if right != text:
            print("readme: README.md shows other figures than benchmarks/results: run make bench-readme", file=sys.stderr)
            return 1
        return 0
    readme.write_text(right)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SuiteError as error:
        print(f"readme: {error}", file=sys.stderr)
        sys.exit(1)
