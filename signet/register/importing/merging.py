"""Rows that speak of one record again and again, as in yearly lists: one record of them.

Later rows count as newer. A newer value takes the place of an older one, a blank one doesn't; lists
are united. The newest spelling of the name is the name, and older ones become other names.
"""

from __future__ import annotations

from signet.register.fold import full_name
from signet.register.importing.rows import SourceRow, Value

# A record that is seen again was first registered or issued on the earliest date.
_EARLIEST = frozenset({"registered_on", "issued_on"})
_SUBJECTS = {"members": "member", "permits": "permit"}


def spelling(row: SourceRow) -> str:
    """The name of the record as this row spells it."""
    if row.table == "permits":
        return row.text("legal_name")
    return full_name(row.text("given"), row.text("family"))


def merged(older: SourceRow, newer: SourceRow) -> SourceRow:
    """One row of two that speak of the same record; it stands where the newer one does."""
    values: dict[str, Value] = dict(older.values)
    for column, value in newer.values.items():
        values[column] = _newest(column, values.get(column), value)
    also = (*older.also, older.line) if older.file == newer.file else ()
    return SourceRow(newer.table, values, newer.file, newer.line, also)


def _newest(column: str, old: Value, new: Value) -> Value:
    if isinstance(old, list) and isinstance(new, list):
        return list(dict.fromkeys([*old, *new]))
    if column in _EARLIEST and old and new:
        return min(old, new, key=str)
    return new or old


def other_spellings(row: SourceRow, spellings: dict[str, int]) -> list[SourceRow]:
    """Rows of other_names for the spellings, each with its line, that aren't the row's own."""
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
