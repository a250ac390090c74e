"""Merging of several rows of one record, as in yearly lists, into one.

A newer value replaces an older one, an absent one doesn't; lists are united. Related columns change
together: nothing of an older status is left beside a newer one. The newest spelling of the name is
the name, and older ones become other names.
"""

from __future__ import annotations

from collections.abc import Sequence

from signet.policy import Policy
from signet.register.fold import full_name
from signet.register.importing import checks
from signet.register.importing.rows import Identity, SourceRow, Tables, Value
from signet.register.problems import Problem

Age = tuple[int, ...]  # sort key of a record's rows; () where they are in order

# A record that occurs again was first registered or issued on the earliest date.
_EARLIEST = frozenset({"registered_on", "issued_on"})
_SUBJECTS = {"members": "member", "permits": "permit"}
# A newer value of the first column invalidates the others of an older row.
_TOGETHER = {
    "status": ("status_reason", "status_since", "status_until"),
    "city": ("province",),
    "not_practising_since": ("not_practising_until",),
}


def spelling(row: SourceRow) -> str:
    """Return the record's name as this row spells it."""
    if row.table == "permits":
        return row.text("legal_name")
    return full_name(row.text("given"), row.text("family"))


def merged(rows: Sequence[SourceRow]) -> SourceRow:
    """Return one row merged from several of the same record, the oldest first.

    Its file and line are the newest row's.
    """
    row = rows[0]
    for newer in rows[1:]:
        row = _merged(row, newer)
    return row


def _merged(older: SourceRow, newer: SourceRow) -> SourceRow:
    values: dict[str, Value] = dict(older.values)
    for first, others in _TOGETHER.items():
        if first in newer.values and newer.values[first] != older.values.get(first):
            for name in others:
                values.pop(name, None)
    for column, value in newer.values.items():
        values[column] = _newest(column, values.get(column), value)
    also = (*older.also, older.line) if older.file == newer.file else ()
    return SourceRow(newer.table, values, newer.file, newer.line, also)


def _newest(column: str, old: Value, new: Value) -> Value:
    """Return the newer value. A newer "" or [] clears it (blank = "clear", or a word)."""
    if isinstance(old, list) and isinstance(new, list) and new:
        return list(dict.fromkeys([*old, *new]))
    if column in _EARLIEST and old and new:
        return min(old, new, key=str)
    return new


def disagree(rows: Sequence[SourceRow]) -> bool:
    """Tell whether it matters which of the rows is newer."""
    first = rows[0].values
    return any(
        first.get(column, value) != value
        for row in rows[1:]
        for column, value in row.values.items()
        if column not in _EARLIEST and not isinstance(value, list)
    )


def other_spellings(row: SourceRow, rows: Sequence[SourceRow]) -> list[SourceRow]:
    """Return rows of other_names for spellings other than the merged row's."""
    spellings: dict[str, int] = {}
    for each in rows:
        spellings.setdefault(spelling(each), each.line)
    return [
        SourceRow(
            "other_names",
            {
                "subject": _SUBJECTS[row.table],
                "number": row.number,
                "name": name,
                "type": "known_as",
            },
            row.file,
            line,
        )
        for name, line in spellings.items()
        if name and name != spelling(row)
    ]


class Repeated:
    """The rows of records that have several, collected until all are read.

    `trusted` are the tables whose rows are in order, as the mapping says.
    """

    def __init__(self) -> None:
        self.trusted: set[str] = set()
        self._rows: dict[Identity, list[tuple[Age, SourceRow]]] = {}

    def add(self, who: Identity, age: Age, row: SourceRow) -> None:
        """Add a row of a record."""
        self._rows.setdefault(who, []).append((age, row))

    def merge(self, tables: Tables, policy: Policy) -> None:
        """Merge the rows of each record, and check the result as a whole."""
        doubtful: dict[str, int] = {}
        for who, aged in self._rows.items():
            rows = [row for _, row in sorted(aged, key=lambda one: one[0])]
            new_row = merged(rows)
            tables.rows[who[0]].append(new_row)
            if spelled := other_spellings(new_row, rows):
                tables.rows.setdefault("other_names", []).extend(spelled)
            for one in checks.disagreements(new_row, policy):
                place = (new_row.file, new_row.line)
                tables.note(place, Problem(*place, *one))
                tables.spoiled.setdefault(who, place)
            if not aged[0][0] and who[0] not in self.trusted and disagree(rows):
                doubtful[who[0]] = doubtful.get(who[0], 0) + 1
        tables.remarks += [_trusting(table, count) for table, count in doubtful.items()]


def _trusting(table: str, count: int) -> str:
    return (
        f"{count:,} {table} have rows that differ, and later rows were taken for newer ones: name "
        'the column to order them by, newest_by, or say that they stand in order, newest = "last"'
    )
