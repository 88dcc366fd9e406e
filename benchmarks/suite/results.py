# SPDX-License-Identifier: Apache-2.0
"""What a run found, as it is kept in results.json."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Conditions = dict[str, int | str]
Measures = dict[str, float]


@dataclass
class Row:
    """All that was measured of one subject under the same conditions. Entry N of each list is of round N."""

    subject: str
    conditions: Conditions
    samples: dict[str, list[float]]

    def add(self, measures: Measures) -> None:
        """Adds a round."""
        for name, value in measures.items():
            self.samples.setdefault(name, []).append(value)


@dataclass
class Table:
    """Rows that were measured together."""

    rows: list[Row] = field(default_factory=list)
    seconds: float = 0

    def find(self, subject: str, **conditions: int | str) -> Row | None:
        """The row of a subject under conditions."""
        for row in self.rows:
            if row.subject == subject and conditions.items() <= row.conditions.items():
                return row
        return None

    def subjects(self) -> list[str]:
        """The subjects in order of appearance."""
        return list(dict.fromkeys(row.subject for row in self.rows))

    def values(self, condition: str) -> list[Any]:
        """The values of a condition in order of appearance."""
        return list(dict.fromkeys(row.conditions[condition] for row in self.rows if condition in row.conditions))


@dataclass
class Results:
    """A run: where, with what, and what was found."""

    plan: str
    machine: dict[str, Any]
    versions: dict[str, str]
    commands: dict[str, str]
    left_out: list[str] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)
    fits: dict[str, dict[str, float]] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Writes the file as a whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(dumps(asdict(self)) + "\n")
        os.replace(new, path)

    @staticmethod
    def load(path: Path) -> "Results":
        """Reads what `save` wrote."""
        data = json.loads(path.read_text())
        tables = {
            name: Table([Row(**row) for row in table["rows"]], table["seconds"])
            for name, table in data.pop("tables").items()
        }
        return Results(**data, tables=tables)


def dumps(data: Any) -> str:
    """JSON with a line for each row, so that a difference between two runs can be read."""
    tables = data["tables"]
    head = json.dumps({key: value for key, value in data.items() if key != "tables"}, indent=1)
    lines = []
    for name, table in tables.items():
        rows = ",\n   ".join(json.dumps(_rounded(row)) for row in table["rows"])
        lines.append(f'  {json.dumps(name)}: {{"seconds": {round(table["seconds"], 1)}, "rows": [\n   {rows}\n  ]}}')
    return head.removesuffix("\n}") + ',\n "tables": {\n' + ",\n".join(lines) + "\n }\n}"


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    samples = {name: [float(f"{value:.6g}") for value in values] for name, values in row["samples"].items()}
    return {**row, "samples": samples}
