"""Decoding of a record's rows into its entries.

Where the folder has entries, they are authoritative and the other files must agree with them; where
it has none, the rows become the record's first entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from pydantic_core import from_json

from signet.policy import Policy
from signet.register import differences, fold
from signet.register.exchange.read import NumberedRow, RawRecord
from signet.register.exchange.rows import (
    member_row,
    other_name_rows,
    permit_row,
    responsible_member_rows,
    scope_rows,
    split,
)
from signet.register.exchange.schema import (
    ENTRIES,
    MEMBERS,
    OTHER_NAMES,
    PERMITS,
    RESPONSIBLE_MEMBERS,
    SCOPES,
    Column,
    Table,
)
from signet.register.model import Entry, MemberRecord, PermitRecord, Subject
from signet.register.payloads import NUMBER, PayloadError, canonical
from signet.register.problems import InputProblems, Problem

FOLDER_AUTHORITY = "Records of the regulator"
ENTERED_BY = "import"
_ID_AT, _CORRECTS_AT = ENTRIES.names.index("id"), ENTRIES.names.index("corrects")


class _Cells:
    """The cells of one row as typed values; those that don't fit are noted as problems."""

    def __init__(self, table: Table, row: NumberedRow, problems: list[Problem]) -> None:
        self.table, self.row, self.problems = table, row, problems

    def wrong(self, column: str, value: str, expected: str) -> None:
        self.problems.append(Problem(self.table.file, self.row.line, column, value, expected))

    def values(self) -> dict[str, Any]:
        """Return the values by column; a column that the file doesn't have is left out."""
        return {
            column.name: self._value(column, cell)
            for column, cell in zip(self.table.columns, self.row.cells, strict=True)
            if cell is not None
        }

    def _value(self, column: Column, cell: str) -> Any:
        if column.required and not cell:
            self.wrong(column.name, cell, "a value: this column may not be empty")
        if column.type == "list":
            return split(cell)
        if column.type == "date":
            return self.date(column.name, cell) if cell else None
        return cell

    def date(self, column: str, cell: str) -> date | None:
        try:
            return date.fromisoformat(cell)
        except ValueError:
            self.wrong(column, cell, "a date that exists, as YYYY-MM-DD")
            return None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment.astimezone(UTC)


@lru_cache(maxsize=4096)
def _data(subject: Subject, kind: str, said: str) -> Mapping[str, Any]:
    """Return an entry's data, validated; many entries say the same, such as "registered"."""
    data = from_json(said)
    return canonical(subject, kind, data if isinstance(data, dict) else {"data": data})


def _entry(row: NumberedRow, subject: Subject, problems: list[Problem]) -> Entry | None:
    cells = _Cells(ENTRIES, row, problems)
    id_, _, number, kind, on, recorded, by, authority, corrects, raw_data = (
        c or "" for c in row.cells
    )
    before = len(problems)
    effective_on = cells.date("effective_on", on)
    if not id_:
        cells.wrong("id", "", "an id: this column may not be empty")
    try:
        recorded_at = _moment(recorded)
    except (ValueError, OverflowError):
        cells.wrong("recorded_at", recorded, "a moment with its zone, as 2026-01-31T17:00:00Z")
    try:
        data = _data(subject, kind, raw_data)
    except PayloadError as error:
        for field, expected in error.problems:
            column = "kind" if field == "kind" else f"data.{field}"
            cells.wrong(column, kind if field == "kind" else "", expected)
    except ValueError as error:
        cells.wrong("data", "", f"a JSON object: {error}")
    if len(problems) > before or effective_on is None:
        return None
    return Entry(
        id_, subject, number, kind, effective_on, recorded_at, by, authority, data, corrects
    )


def entries(raw: RawRecord, dated: date, policy: Policy) -> list[Entry]:
    """Return the entries of one record, checked against its other rows.

    Raises InputProblems naming file, line and column of everything that is wrong.
    """
    problems: list[Problem] = []
    subject: Subject = "member" if raw.subject == "member" else "permit"
    table = MEMBERS if subject == "member" else PERMITS
    if NUMBER.fullmatch(raw.number) is None:
        expected = "a number of letters, digits and hyphens, at most 32"
        problems.append(Problem(table.file, raw.row.line, "number", raw.number, expected))
    if raw.entries is None:
        decoded = _from_rows(raw, subject, table, dated, problems)
    else:
        read = [_entry(row, subject, problems) for row in raw.entries]
        decoded = [entry for entry in read if entry is not None]
        _check_references(raw.entries, problems)
        if not problems:
            _check_agreement(raw, subject, table, decoded, dated, policy, problems)
    if problems:
        raise InputProblems(problems)
    return decoded


def _check_references(rows: Sequence[NumberedRow], problems: list[Problem]) -> None:
    """Note ids that are used twice, and corrections of entries that don't exist."""
    ids = {row.cells[_ID_AT] for row in rows}
    seen = set[str | None]()
    for row in rows:
        id_, corrects = row.cells[_ID_AT] or "", row.cells[_CORRECTS_AT] or ""
        if id_ and id_ in seen:
            problems.append(Problem(ENTRIES.file, row.line, "id", id_, "an id not used above"))
        seen.add(id_)
        if corrects and (corrects not in ids or corrects == id_):
            expected = "the id of another entry of the same record"
            problems.append(Problem(ENTRIES.file, row.line, "corrects", corrects, expected))


def _from_rows(
    raw: RawRecord, subject: Subject, table: Table, dated: date, problems: list[Problem]
) -> list[Entry]:
    def values(of: Table, rows: Sequence[NumberedRow] | None) -> list[dict[str, Any]] | None:
        if rows is None:
            return None
        # Sorted by content, so that their order in the file doesn't matter.
        in_order = sorted(rows, key=lambda row: [cell or "" for cell in row.cells])
        return [_Cells(of, row, problems).values() for row in in_order]

    details = values(SCOPES if subject == "member" else RESPONSIBLE_MEMBERS, raw.details)
    target = differences.Wanted(
        subject=subject,
        number=raw.number,
        values=_Cells(table, raw.row, problems).values(),
        other_names=values(OTHER_NAMES, raw.other_names),
        scopes=details if subject == "member" else None,
        responsible=details if subject == "permit" else None,
    )
    if problems:
        return []
    new = differences.new_member if subject == "member" else differences.new_permit
    try:
        return list(
            differences.as_entries(
                target, new(target, dated), dated, None, ENTERED_BY, FOLDER_AUTHORITY
            )
        )
    except PayloadError as error:
        for field, expected in error.problems:
            problems.append(Problem(table.file, raw.row.line, field, "", expected))
        return []


def _check_agreement(
    raw: RawRecord,
    subject: Subject,
    table: Table,
    entries: list[Entry],
    dated: date,
    policy: Policy,
    problems: list[Problem],
) -> None:
    """Note where the members or permits files differ from the entries at the folder's date."""
    record: MemberRecord | PermitRecord | None
    if subject == "member":
        record = fold.member(entries, dated) or fold.member(entries, None)
    else:
        record = fold.permit(entries, dated, policy) or fold.permit(entries, None, policy)
    if record is None:
        expected = f"entries in {ENTRIES.file} that register it"
        problems.append(Problem(table.file, raw.row.line, "number", raw.number, expected))
        return
    if isinstance(record, MemberRecord):
        row, details, of = member_row(record), scope_rows(record), SCOPES
    else:
        row, details, of = permit_row(record), responsible_member_rows(record), RESPONSIBLE_MEMBERS
    _compare(table, raw.row, row, problems)
    _compare_rows(of, raw, raw.details, details, problems)
    _compare_rows(OTHER_NAMES, raw, raw.other_names, other_name_rows(record), problems)


def _compare(table: Table, row: NumberedRow, folded: list[str], problems: list[Problem]) -> None:
    if row.cells == folded:
        return
    for column, cell, held in zip(table.columns, row.cells, folded, strict=True):
        if cell is None or cell == held:
            continue
        if cell == "" and held in _MEANT_BY_EMPTY.get(column.name, ()):
            continue
        if column.type == "list" and sorted(split(cell)) == sorted(split(held)):
            continue
        expected = f"{held!r}, which is what {ENTRIES.file} amounts to"
        problems.append(Problem(table.file, row.line, column.name, cell, expected))


_MEANT_BY_EMPTY = {
    "category": ("member",),
    "status": ("registered", "in_force"),
    "type": ("former",),
}


def _compare_rows(
    table: Table,
    raw: RawRecord,
    rows: list[NumberedRow] | None,
    folded: list[list[str]],
    problems: list[Problem],
) -> None:
    if rows is None:
        return
    if len(rows) != len(folded):
        expected = f"{len(folded)} rows for {raw.number}, which is what {ENTRIES.file} amounts to"
        line = rows[0].line if rows else 0
        problems.append(Problem(table.file, line, "", str(len(rows)), expected))
        return
    in_order = sorted(rows, key=lambda row: [cell or "" for cell in row.cells])
    for row, held in zip(in_order, sorted(folded), strict=True):
        _compare(table, row, held, problems)
