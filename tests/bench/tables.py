"""The tables of figures: on the terminal, and in docs/benchmarks.md between markers.

The document is its own memory: a run of some steps replaces their rows and leaves the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.commands import BenchError

HEADINGS = ("What", "Measured", "Limit", "Holds", "On")
_MARKED = "<!-- bench:{name} -->\n(.*?)<!-- /bench:{name} -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a table; `holds` is None where there is no limit to hold."""

    table: str
    what: str
    measured: str
    limit: str = ""
    holds: bool | None = None

    def cells(self, on: str) -> list[str]:
        verdict = {None: "", True: "yes", False: "**no**"}[self.holds]
        return [self.what, self.measured, self.limit, verdict, on]


def at_most(table: str, what: str, value: float, limit: float, unit: str, told: str = "") -> Row:
    """Return a row that holds when the value is within the limit; `told` follows the value."""
    shown = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
    measured = f"{shown} {unit}".strip() + (f" ({told})" if told else "")
    return Row(table, what, measured, f"{limit:g} {unit}".strip(), value <= limit)


def printed(rows: Iterable[Row]) -> str:
    """Return the rows as lines for a terminal."""
    lines = []
    for row in rows:
        limit = f"   limit {row.limit}" if row.limit else ""
        verdict = {None: "", True: "", False: "   NOT HELD"}[row.holds]
        lines.append(f"  {row.what}: {row.measured}{limit}{verdict}")
    return "\n".join(lines)


def write(document: Path, rows: Iterable[Row], on: str) -> None:
    """Put the rows, measured `on` a day, into the document's tables. Raises BenchError."""
    text = document.read_text(encoding="utf-8")
    by_table: dict[str, list[Row]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row)
    for name, found in by_table.items():
        text = _replaced(text, name, _table(_held(text, name), found, on))
    document.write_text(text, encoding="utf-8")


def write_note(document: Path, name: str, note: str) -> None:
    """Put a text between the markers of a name."""
    text = document.read_text(encoding="utf-8")
    document.write_text(_replaced(text, name, note), encoding="utf-8")


def _held(text: str, name: str) -> str:
    return _found(text, name)[1]


def _replaced(text: str, name: str, new: str) -> str:
    found = _found(text, name)
    return text[: found.start(1)] + new + text[found.end(1) :]


def _found(text: str, name: str) -> re.Match[str]:
    found = re.search(_MARKED.format(name=name), text, re.DOTALL)
    if found is None:
        raise BenchError(f"the document has no markers for {name}")
    return found


def _table(held: str, rows: Iterable[Row], on: str) -> str:
    """Return the table with rows replaced by those of the same name, new ones at its end."""
    lines = {cells[0]: cells for cells in map(_cells, held.splitlines()[2:])}
    lines |= {row.what: row.cells(on) for row in rows}
    made = [HEADINGS, ["---"] * len(HEADINGS), *lines.values()]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in made)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
