"""Encoding of a record as rows in the exchange format."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from signet.register.exchange.schema import LIST_SEPARATOR
from signet.register.model import Entry, MemberRecord, PermitRecord

_RUN_BEFORE_END = re.compile(rf"(?<!\\)\\++(?={LIST_SEPARATOR}|\Z)")
_END = re.compile(rf"(?<!\\)(\\*+)({LIST_SEPARATOR}|\Z)")


def joined(words: Iterable[str]) -> str:
    """Return a list as one cell; a separator inside a part is escaped with a backslash.

    Backslashes just before a separator, or at the end of a part, are doubled.
    """
    return f"{LIST_SEPARATOR} ".join([_escaped(word) for word in words])


def _escaped(word: str) -> str:
    if "\\" in word:
        word = _RUN_BEFORE_END.sub(lambda run: run[0] * 2, word)
    return word.replace(LIST_SEPARATOR, f"\\{LIST_SEPARATOR}")


def split(cell: str | None) -> tuple[str, ...]:
    """Return the list in a cell; blanks around the parts, and empty parts, are ignored."""
    if not cell:
        return ()
    parts = cell.split(LIST_SEPARATOR) if "\\" not in cell else _unescaped(cell)
    return tuple([stripped for part in parts if (stripped := part.strip())])


def _unescaped(cell: str) -> Iterator[str]:
    """Yield the parts of a list that has backslashes in it."""
    part, at = "", 0
    for end in _END.finditer(cell):
        pairs, odd = divmod(len(end[1]), 2)
        part += cell[at : end.start()] + "\\" * pairs
        at = end.end()
        if odd and end[2]:
            part += LIST_SEPARATOR
            continue
        yield part + "\\" * odd
        part = ""


def day(value: date | None) -> str:
    """Return a date in ISO form, or ""."""
    return value.isoformat() if value else ""


def moment(value: datetime) -> str:
    """Return a time in UTC, with microseconds only where there are any."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def member_row(record: MemberRecord) -> list[str]:
    """Return the row of members.csv, in the order of its columns."""
    declared = record.not_practising
    return [
        record.number,
        record.category,
        record.given,
        record.family,
        record.known_as,
        record.native_name,
        record.city,
        record.province,
        joined(held.code for held in record.designations),
        joined(record.disciplines),
        record.status,
        record.reason,
        day(record.status_since),
        day(record.status_until),
        day(record.registered_on),
        joined(condition.text for condition in record.conditions),
        day(declared.since if declared else None),
        day(declared.until if declared else None),
    ]


def scope_rows(record: MemberRecord) -> list[list[str]]:
    """Return the rows of scopes.csv."""
    return [
        [
            record.number,
            scope.designation,
            scope.discipline,
            joined(scope.activities),
            scope.limits,
            scope.text,
            day(scope.since),
        ]
        for scope in record.scopes
    ]


def other_name_rows(record: MemberRecord | PermitRecord) -> list[list[str]]:
    """Return the rows of other_names.csv."""
    subject = "member" if isinstance(record, MemberRecord) else "permit"
    return [
        [subject, record.number, other.name, other.type, day(other.until)]
        for other in record.other_names
    ]


def permit_row(record: PermitRecord) -> list[str]:
    """Return the row of permits.csv, in the order of its columns."""
    return [
        record.number,
        record.legal_name,
        joined(record.operating_names),
        record.city,
        record.province,
        joined(record.fields),
        day(record.issued_on),
        day(record.expires_on),
        record.status,
        record.reason,
        day(record.status_since),
        day(record.status_until),
        joined(condition.text for condition in record.conditions),
    ]


def responsible_member_rows(record: PermitRecord) -> list[list[str]]:
    """Return the rows of responsible_members.csv."""
    return [[record.number, r.member, day(r.since), day(r.until)] for r in record.responsibilities]


def entry_row(entry: Entry) -> list[str]:
    """Return the row of entries.csv."""
    return [
        entry.id,
        entry.subject,
        entry.number,
        entry.kind,
        entry.effective_on.isoformat(),
        moment(entry.recorded_at),
        entry.entered_by,
        entry.authority,
        entry.corrects,
        json.dumps(entry.data, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    ]
