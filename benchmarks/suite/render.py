# SPDX-License-Identifier: Apache-2.0
"""Writes tables and plots from a results file again:

    cd benchmarks && python3 -m suite.render DIRECTORY
"""

import importlib.util
import sys
from pathlib import Path

from . import machine, markdown
from .results import Results


def write(results: Results, directory: Path) -> None:
    """Writes tables.md, and the plots where matplotlib is there."""
    line = machine.line(results.machine)
    (directory / "tables.md").write_text(markdown.document(results, line))
    if importlib.util.find_spec("matplotlib") is not None:
        from . import plots

        plots.write_all(results, line, directory)


def main(arguments: list[str]) -> int:
    """The command."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    directory = Path(arguments[0])
    write(Results.load(directory / "results.json"), directory)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
