"""The result of reading another system's files: rows in the terms of the exchange format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from signet.register.problems import Problem

Value = str | list[str] | date | None
Place = tuple[str, int]  # file name, line on which the source row starts
Identity = tuple[str, ...]  # table, number, and for a scope its designation

# The columns that identify a row of a table. Other tables list several rows of a record.
_IDENTIFIED_BY = {
    "members": ("number",),
    "permits": ("number",),
    "contacts": ("number",),
    "scopes": ("number", "designation"),
}


def identity(table: str, values: Mapping[str, Value]) -> Identity | None:
    """Return what is unique to a row in its table; None where the table has no such columns."""
    columns = _IDENTIFIED_BY.get(table)
    if columns is None or any(not isinstance(values.get(column), str) for column in columns):
        return None
    return (table, *(str(values[column]) for column in columns))


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of an exchange table, with its source.

    `values` are keyed by exchange column. A column without a value in the source is absent: the
    register's value stays. "", [] and None clear it. `also` are the lines of other source rows of
    the same file that were merged into this one.
    """

    table: str
    values: dict[str, Value]
    file: str
    line: int
    also: tuple[int, ...] = ()

    @property
    def number(self) -> str:
        """The register number of the row's record: the permit's, for a responsible member."""
        return self.text("permit" if self.table == "responsible_members" else "number")

    def text(self, column: str) -> str:
        """Return the value of a text column, "" where the row has none."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""

    @property
    def places(self) -> list[Place]:
        """Every source row that this one was made from."""
        return [(self.file, line) for line in (self.line, *self.also)]


@dataclass(frozen=True, slots=True)
class Origin:
    """A source file as it was read, so that its rejected rows can be written out again."""

    path: Path
    encoding: str
    delimiter: str
    header_row: int = 0


@dataclass
class Tables:
    """The result of reading: rows that are valid by themselves, and everything that is wrong.

    `rows` has a key for each table in the source, even if it has no row. Nothing may be imported
    from a file in `unusable`: its header, or the file itself, can't be read.
    """

    rows: dict[str, list[SourceRow]] = field(default_factory=dict)
    bad: dict[Place, list[Problem]] = field(default_factory=dict)
    unusable: dict[str, list[Problem]] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    # The records of bad rows, so that no other row of the same record is imported instead.
    spoiled: dict[Identity, Place] = field(default_factory=dict)
    # Tables that a file in `unusable` would have filled.
    incomplete: set[str] = field(default_factory=set)
    # Messages on how the files were read and what was done to their text, for the person importing.
    remarks: list[str] = field(default_factory=list)
    accepted: list[Problem] = field(default_factory=list)  # problems that were accepted
    accept: frozenset[str] = frozenset()  # the kinds of problem to accept

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, by file and line."""
        return sorted(self._problems(), key=lambda p: (p.file, p.line))

    def _problems(self) -> Iterator[Problem]:
        for of_file in self.unusable.values():
            yield from of_file
        for of_row in self.bad.values():
            yield from of_row

    def note(self, place: Place, problem: Problem) -> None:
        """Add a problem of the source row at `place`; the row is no longer valid.

        A problem of an accepted kind is stored separately, and the row stays valid.
        """
        if problem.kind in self.accept:
            self.accepted.append(problem)
        elif problem not in self.bad.setdefault(place, []):
            self.bad[place].append(problem)

    def refuse(self, problem: Problem) -> None:
        """Add a problem of a whole file; nothing of it can be imported."""
        self.unusable.setdefault(problem.file, []).append(problem)
