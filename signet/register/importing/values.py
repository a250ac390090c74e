"""Side results of reading a value: what is wrong with it, and what was done to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

MOST_TOLD = 20  # values of one kind of remark
HIDDEN = "…"  # stands for a private value


class Limits(NamedTuple):
    """Settings besides the mapping: accepted kinds of problem, the day of import.

    `held`: the values come from an export of the register, and are restored unchanged.
    """

    accept: frozenset[str] = frozenset()
    today: date | None = None
    held: bool = False


UNLIMITED = Limits()


class Wrong(NamedTuple):
    """An error in a row: the column, the value to show, what was expected, and its kind."""

    column: str
    value: str
    expected: str
    kind: str = ""


class WrongValueError(Exception):
    """A value isn't valid in its column."""

    def __init__(self, value: str, expected: str, kind: str = "") -> None:
        super().__init__(expected)
        self.value, self.expected, self.kind = value, expected, kind


class Remark(NamedTuple):
    """A change to a value that the person importing should know of."""

    what: str
    value: str


class Remarks:
    """The remarks of a whole import, grouped by file and kind, with their lines."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], dict[str, list[int]]] = {}

    def add(self, remarks: Iterable[Remark], file: str, line: int) -> None:
        """Add what was done to the values of a row."""
        for what, value in remarks:
            lines = self._lines.setdefault((file, what), {}).setdefault(value, [])
            if line not in lines[-1:]:
                lines.append(line)

    def told(self) -> Iterator[str]:
        """Yield the remarks as messages."""
        for (file, what), values in self._lines.items():
            yield f"{file}: {what}: {_listed(values)}"


def _listed(values: dict[str, list[int]]) -> str:
    """Return some of the values with the lines they are on: "P.Eng. (lines 3, 7)"."""
    lines_of = []
    for value, lines in [*values.items()][:MOST_TOLD]:
        where = ", ".join(map(str, lines[:5])) + (" …" if len(lines) > 5 else "")
        lines_of.append(f"{value} (line{'s' if len(lines) > 1 else ''} {where})")
    more = len(values) - MOST_TOLD
    return "; ".join(lines_of) + (f"; and {more:,} more" if more > 0 else "")
