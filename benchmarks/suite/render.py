# SPDX-License-Identifier: Apache-2.0
"""Writes tables and plots from a results file again, and the comparison with the run before:

    cd benchmarks && python3 -m suite.render DIRECTORY
"""

import importlib.util
import sys
from pathlib import Path

from . import compare, machine, markdown
from .results import Results

#: The results of the run before, beside this one's.
PREVIOUS = "previous.json"


def write(directory: Path) -> None:
    """Writes tables.md, agreement.md where there was a run before, and the plots where matplotlib is there.

    From the file, whose figures are rounded: so that the pages say what anyone finds who reads it.
    """
    results = Results.load(directory / "results.json")
    (directory / "tables.md").write_text(markdown.document(results))
    # Those of another run must not stay beside these tables.
    for picture in directory.glob("*.svg"):
        picture.unlink()
    if importlib.util.find_spec("matplotlib") is not None:
        from . import plots

        plots.write_all(results, machine.line(results.machine), directory)
    # Last: the run before may be of another version of the suite.
    if (directory / PREVIOUS).exists():
        (directory / "agreement.md").write_text(compare.document(Results.load(directory / PREVIOUS), results))


def main(arguments: list[str]) -> int:
    """The command."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    write(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
