"""Reading a folder of the exchange format, one record at a time.

Rows are joined while streaming: every table is in order of register number (permit rows first where
a table holds both), so that 200,000 records are read with the memory of one. The writer notes
`"sorted": true` in the descriptor; a folder without that note is sorted in memory first.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from signet.register.exchange.cells import unsafe
from signet.register.exchange.schema import (
    DESCRIPTOR,
    ENTRIES,
    MEMBERS,
    OTHER_NAMES,
    PERMITS,
    RESPONSIBLE_MEMBERS,
    SCOPES,
    Table,
)
from signet.register.problems import InputProblems, Problem

csv.field_size_limit(10_000_000)

Cells = list[str | None]
Key = tuple[bool, str]  # (is a member, number): permits come first
SUBJECTS = ("member", "permit")
LAST = "\U0010ffff"  # sorts after every number


class NumberedRow(NamedTuple):
    """A row in the order of its table's columns; None where the file has no such column."""

    line: int
    cells: Cells


class RawRecord(NamedTuple):
    """All the rows of one member or permit, still as text."""

    subject: str
    number: str
    row: NumberedRow
    entries: list[NumberedRow] | None
    other_names: list[NumberedRow] | None
    details: list[NumberedRow] | None  # a member's scopes, a permit's responsible members


def _taken(read: dict[str, Any]) -> dict[str, date]:
    return {str(t): date.fromisoformat(day) for t, day in dict(read.get("taken", {})).items()}


def _descriptor(folder: Path) -> dict[str, Any]:
    path = folder / DESCRIPTOR
    if not path.exists():
        return {}
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        if "dated" in read:
            date.fromisoformat(read["dated"])
        if isinstance(read, dict):
            _taken(read)
    except (ValueError, TypeError) as error:
        raise InputProblems([Problem(DESCRIPTOR, 0, "", "", f"valid JSON: {error}")]) from None
    if not isinstance(read, dict):
        raise InputProblems([Problem(DESCRIPTOR, 0, "", "", "a JSON object")])
    return read


def dated(folder: Path) -> date | None:
    """Return the date of a folder's records, from its descriptor. Raises InputProblems."""
    read = _descriptor(folder)
    return date.fromisoformat(read["dated"]) if "dated" in read else None


class Folder:
    """A folder of the exchange format.

    `dated` is the date of the members and permits files. Raises InputProblems for what can't be
    read at all, also while iterating.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        read = _descriptor(path)
        self.dated: date | None = date.fromisoformat(read["dated"]) if "dated" in read else None
        self.is_sorted = read.get("sorted") is True
        self.taken = _taken(read)  # the dates of the newest files imported, by table
        if not self._has(MEMBERS) and not self._has(PERMITS):
            expected = f"a folder with {MEMBERS.file} or {PERMITS.file}"
            raise InputProblems([Problem(str(path), 0, "", "", expected)])
        self.has_entries = self._has(ENTRIES)
        self._entries = _Joined(self, ENTRIES) if self.has_entries else None
        self._names = _Joined(self, OTHER_NAMES) if self._has(OTHER_NAMES) else None

    def _has(self, table: Table) -> bool:
        return (self.path / table.file).exists()

    def permits(self) -> Iterator[RawRecord]:
        """Yield the permits in number order. To be exhausted before the members are read."""
        yield from self._records("permit", PERMITS, RESPONSIBLE_MEMBERS)

    def members(self) -> Iterator[RawRecord]:
        """Yield the members in number order."""
        yield from self._records("member", MEMBERS, SCOPES)

    def _records(self, subject: str, table: Table, details: Table) -> Iterator[RawRecord]:
        joined = _Joined(self, details) if self._has(details) else None
        previous: str | None = None
        for key, row in self.rows(table) if self._has(table) else ():
            number = key[1]
            if number == previous:
                raise InputProblems(
                    [Problem(table.file, row.line, "number", number, "a number not used above")]
                )
            previous = number
            named = (subject == "member", number)
            yield RawRecord(
                subject,
                number,
                row,
                self._entries.take(named) if self._entries else None,
                self._names.take(named) if self._names else None,
                joined.take((False, number)) if joined else None,
            )
        self._finish(subject, joined)

    def _finish(self, subject: str, details: _Joined | None) -> None:
        last = (subject == "member", LAST)
        for joined in (self._entries, self._names):
            if joined is not None:
                joined.take(last)
        if details is not None:
            details.take((True, LAST))

    def rows(self, table: Table) -> Iterator[tuple[Key, NumberedRow]]:
        """Return an iterator over the rows of a table with their keys, in order."""
        rows = self._in_file_order(table)
        if self.is_sorted:
            return self._checked(table, rows)
        return iter(sorted(rows, key=lambda keyed: keyed[0]))

    def _checked(
        self, table: Table, rows: Iterator[tuple[Key, NumberedRow]]
    ) -> Iterator[tuple[Key, NumberedRow]]:
        previous: Key = (False, "")
        for key, row in rows:
            if key < previous:
                expected = f"rows in order of number, as {DESCRIPTOR} says ('sorted')"
                raise InputProblems([Problem(table.file, row.line, "", key[1], expected)])
            previous = key
            yield key, row

    def _in_file_order(self, table: Table) -> Iterator[tuple[Key, NumberedRow]]:
        name = table.file
        names = table.names
        subject_at = names.index("subject") if table.key[0] == "subject" else None
        key_at = names.index(table.key[-1])
        with open(self.path / name, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            try:
                header = next(reader, [])
                order = _order(table, header)
                start = reader.line_num + 1
                for cells in reader:
                    # A row is identified by the line it starts on; a quoted cell may hold line
                    # ends.
                    line, start = start, reader.line_num + 1
                    if not cells:
                        continue
                    row = NumberedRow(line, _arranged(cells, order, len(header), name, line))
                    subject = "permit" if subject_at is None else row.cells[subject_at] or ""
                    if subject not in SUBJECTS:
                        expected = "member or permit"
                        raise InputProblems([Problem(name, line, "subject", subject, expected)])
                    yield (subject == "member", row.cells[key_at] or ""), row
            except (csv.Error, UnicodeDecodeError) as error:
                problem = Problem(name, reader.line_num, "", "", f"CSV in UTF-8: {error}")
                raise InputProblems([problem]) from None


def _order(table: Table, header: list[str]) -> list[int | None] | None:
    """Return the index in the file of each of the table's columns; None if they are in order."""
    if tuple(header) == table.names:
        return None
    problems = [
        Problem(table.file, 1, name, "", f"one of the columns {', '.join(table.names)}")
        for name in header
        if name not in table.names
    ]
    problems += [
        Problem(table.file, 1, column.name, "", "this column to be there, once")
        for column in table.columns
        if header.count(column.name) > 1 or (column.required and column.name not in header)
    ]
    if problems:
        raise InputProblems(problems)
    return [header.index(name) if name in header else None for name in table.names]


def _arranged(
    cells: list[str], order: list[int | None] | None, width: int, name: str, line: int
) -> Cells:
    if "'" in "".join(cells):  # seldom true, and one test of the whole row is faster
        cells = [unsafe(cell) for cell in cells]
    if len(cells) != width:
        expected = f"{width} cells, not {len(cells)}"
        raise InputProblems([Problem(name, line, "", "", expected)])
    if order is None:
        return [*cells]
    return [None if at is None else cells[at] for at in order]


class _Joined:
    """The rows of a table, read record by record."""

    def __init__(self, folder: Folder, table: Table) -> None:
        self._table = table
        self._order = f", in its order, as {DESCRIPTOR} says" if folder.is_sorted else ""
        self._rows = folder.rows(table)
        self._head = next(self._rows, None)

    def take(self, key: Key) -> list[NumberedRow]:
        """Return the rows of one record; earlier rows belong to no record and are an error."""
        taken: list[NumberedRow] = []
        while self._head is not None and self._head[0] <= key:
            held, row = self._head
            if held != key:
                subject = "member" if held[0] else "record"
                expected = f"the number of a {subject} that the folder holds{self._order}"
                problem = Problem(self._table.file, row.line, "number", held[1], expected)
                raise InputProblems([problem])
            taken.append(row)
            self._head = next(self._rows, None)
        return taken
