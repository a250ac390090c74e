"""References between rows: whether the records they name exist."""

from __future__ import annotations

from collections.abc import Container, Iterable

from signet.register.importing.rows import Identity, SourceRow, Tables
from signet.register.problems import Problem

_PARENTS = {"member": "members", "permit": "permits"}


def references(row: SourceRow) -> list[tuple[str, str, str]]:
    """Return the records a row depends on: (its column, the table they are in, their number)."""
    if row.table in ("scopes", "contacts"):
        keys = [("number", "members", row.text("number"))]
    elif row.table == "other_names":
        keys = [("number", _PARENTS.get(row.text("subject"), ""), row.text("number"))]
    elif row.table == "responsible_members":
        keys = [
            ("permit", "permits", row.text("permit")),
            ("member", "members", row.text("member")),
        ]
    else:
        keys = []
    return [reference for reference in keys if reference[1] and reference[2]]


def check(
    tables: Tables,
    rows: Iterable[SourceRow],
    seen: Container[Identity],
    known_members: Container[str],
    known_permits: Container[str],
) -> None:
    """Note every row that names a member or permit neither in the source nor on the register.

    Where the members (or permits) file can't be used, its numbers aren't known: nothing is noted.
    """
    held = {"members": known_members, "permits": known_permits}
    for row in rows:
        for column, table, number in references(row):
            if table in tables.incomplete or (table, number) in seen or number in held[table]:
                continue
            expected = f"the number of a {table[:-1]} in these files or on the register"
            tables.note((row.file, row.line), Problem(row.file, row.line, column, number, expected))
