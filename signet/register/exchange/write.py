"""Writing the register as a folder of the exchange format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from signet.policy import Policy
from signet.register import fold
from signet.register.exchange import rows
from signet.register.exchange.cells import Writer
from signet.register.exchange.schema import (
    CONTACTS,
    DESCRIPTOR,
    ENTRIES,
    MEMBERS,
    OTHER_NAMES,
    PERMITS,
    RESPONSIBLE_MEMBERS,
    SCOPES,
    Table,
    descriptor,
)
from signet.register.model import Entry

WRITTEN = (MEMBERS, OTHER_NAMES, SCOPES, PERMITS, RESPONSIBLE_MEMBERS, ENTRIES)


class _Writers:
    """One CSV file per table, opened with its header."""

    def __init__(self, out: Path, stack: ExitStack) -> None:
        self._out, self._stack = out, stack
        self._writers: dict[str, Writer] = {}

    def open(self, table: Table) -> None:
        path = self._out / table.file
        file = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
        self._writers[table.name] = Writer(file)
        self._writers[table.name].write([table.names])

    def add(self, table: Table, lines: Iterable[Iterable[str]]) -> None:
        self._writers[table.name].write(lines)


def write_folder(
    out: Path,
    dated: date,
    permits: Iterable[list[Entry]],
    members: Iterable[list[Entry]],
    contacts: Iterable[Mapping[str, str]] | None,
    policy: Policy,
    taken: Mapping[str, date] | None = None,
) -> None:
    """Write records, each given as its entries and in number order, as at `dated`.

    `taken` are the dates of the newest files that were imported, by table.

    A record that begins after `dated` is written as it will then be. Without `contacts` the folder
    has none afterwards, even if it had some before.
    """
    out.mkdir(parents=True, exist_ok=True)
    if contacts is None:
        # A folder without contacts must not retain those of an earlier export.
        (out / CONTACTS.file).unlink(missing_ok=True)
    with ExitStack() as stack:
        writers = _Writers(out, stack)
        for table in WRITTEN:
            writers.open(table)
        for entries in permits:
            _add_permit(writers, entries, dated, policy)
        for entries in members:
            _add_member(writers, entries, dated)
        if contacts is not None:
            writers.open(CONTACTS)
            writers.add(CONTACTS, ([c.get(name, "") for name in CONTACTS.names] for c in contacts))
    tables = (*WRITTEN, CONTACTS) if contacts is not None else WRITTEN
    described = {**descriptor(dated.isoformat(), tables), "sorted": True}
    if taken:
        described["taken"] = {table: day.isoformat() for table, day in sorted(taken.items())}
    text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    (out / DESCRIPTOR).write_text(text, encoding="utf-8")


def _in_order(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda e: (e.recorded_at, e.effective_on, e.id))


def _add_permit(writers: _Writers, entries: list[Entry], dated: date, policy: Policy) -> None:
    record = fold.permit(entries, dated, policy) or fold.permit(entries, None, policy)
    if record is None:
        return
    writers.add(PERMITS, [rows.permit_row(record)])
    writers.add(RESPONSIBLE_MEMBERS, rows.responsible_member_rows(record))
    writers.add(OTHER_NAMES, rows.other_name_rows(record))
    writers.add(ENTRIES, map(rows.entry_row, _in_order(entries)))


def _add_member(writers: _Writers, entries: list[Entry], dated: date) -> None:
    record = fold.member(entries, dated) or fold.member(entries, None)
    if record is None:
        return
    writers.add(MEMBERS, [rows.member_row(record)])
    writers.add(SCOPES, rows.scope_rows(record))
    writers.add(OTHER_NAMES, rows.other_name_rows(record))
    writers.add(ENTRIES, map(rows.entry_row, _in_order(entries)))
