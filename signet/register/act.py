"""The stored form of an `act`: the entries written to a record in one operation, in one row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from signet.register.model import Entry, Subject

ENTRIES_AN_ACT = 100
BYTES_AN_ACT = 300_000  # the database takes rows up to 400 kB


class RawActs(NamedTuple):
    """A record's `act` rows as stored, still JSON."""

    subject: Subject
    number: str
    bodies: tuple[str, ...]


def body(entries: Sequence[Entry]) -> str:
    """Return the entries as the JSON of a row."""
    fields = [
        {
            "id": e.id,
            "kind": e.kind,
            "effective_on": e.effective_on.isoformat(),
            "recorded_at": e.recorded_at.isoformat(),
            "entered_by": e.entered_by,
            "authority": e.authority,
            "corrects": e.corrects,
            "data": e.data,
        }
        for e in entries
    ]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def decoded(raw: RawActs) -> list[Entry]:
    """Return the entries in a record's rows.

    Two concurrent imports of one source may both have written an entry; it still counts as one
    entry, recorded when it was first written.
    """
    by_id: dict[str, Entry] = {}
    for body in raw.bodies:
        for fields in json.loads(body):
            if fields["id"] not in by_id:
                by_id[fields["id"]] = _entry(raw, fields)
    return list(by_id.values())


def _entry(raw: RawActs, fields: dict[str, Any]) -> Entry:
    return Entry(
        id=fields["id"],
        subject=raw.subject,
        number=raw.number,
        kind=fields["kind"],
        effective_on=date.fromisoformat(fields["effective_on"]),
        recorded_at=datetime.fromisoformat(fields["recorded_at"]).astimezone(UTC),
        entered_by=fields["entered_by"],
        authority=fields["authority"],
        data=fields["data"],
        corrects=fields["corrects"],
    )


def in_acts(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Split the entries into batches that each fit a row."""
    act: list[Entry] = []
    size = 0
    for entry in entries:
        weight = len(body([entry]).encode())
        if act and (len(act) == ENTRIES_AN_ACT or size + weight > BYTES_AN_ACT):
            yield act
            act, size = [], 0
        act.append(entry)
        size += weight
    if act:
        yield act
