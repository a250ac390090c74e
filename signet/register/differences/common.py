"""What comparing members and comparing permits have in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from signet.register.fold import full_name
from signet.register.fold.members import INITIAL_STATUS as MEMBER_STATUS
from signet.register.fold.permits import INITIAL_STATUS as PERMIT_STATUS
from signet.register.model import Entry, MemberRecord, PermitRecord, Subject
from signet.register.payloads import canonical

Values = Mapping[str, Any]
NOT_KNOWN = "not_known"  # the standing of a time that no record tells of; every pack has it


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a source says of one record: values by exchange column, absent where it says nothing."""

    subject: Subject
    number: str
    values: Values
    other_names: Sequence[Values] | None = None
    scopes: Sequence[Values] | None = None
    responsible: Sequence[Values] | None = None


@dataclass(slots=True)
class Difference:
    """The entries to add, as (kind, effective date, data), and notes on what can't be added."""

    changes: list[tuple[str, date, dict[str, Any]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown_until: str = ""  # the standing before which nothing is known of any

    def add(self, kind: str, on: date, **data: Any) -> None:
        """Add an entry; fields that say nothing are left out."""
        self.changes.append((kind, on, {k: v for k, v in data.items() if v not in ("", None, ())}))


def said(values: Values, **held: Any) -> dict[str, Any]:
    """Each field as the row says it, or as it is held where the row says nothing."""
    return {name: values.get(name, was) for name, was in held.items()}


def iso(day: date | None) -> str | None:
    """A date as an entry keeps it."""
    return day.isoformat() if day else None


def listed(value: Any) -> tuple[str, ...]:
    """A list as an entry keeps it."""
    return tuple(value or ())


def add_status(found: Difference, row: Values, status: str, on: date) -> None:
    """A standing that the row says."""
    found.add(
        "status_changed",
        on,
        status=status,
        reason=row.get("status_reason"),
        until=iso(row.get("status_until")),
    )


def add_first_status(found: Difference, row: Values, initial: str, since: date, on: date) -> None:
    """The standing of a record that begins on `since`, unless it is `initial` and no more is said.

    A standing said to begin after `on`, the day the row speaks of, begins then. From when another
    one than `initial` holds has to be said: before `on` it isn't known which it was, and a record
    that isn't in good standing now may not have been for long (a member who died).
    """
    status = row.get("status") or initial
    begins = row.get("status_since") or (since if status == initial else on)
    begins = begins if begins <= max(on, since) else on
    said_more = bool(row.get("status_reason") or row.get("status_until"))
    if status != initial and not row.get("status_since") and begins > since:
        found.add("status_changed", since, status=NOT_KNOWN)
        found.unknown_until = status
    if status != initial or said_more or begins > since:
        add_status(found, row, status, begins)


def compare_status(
    found: Difference, current: MemberRecord | PermitRecord, row: Values, dated: date
) -> None:
    """A standing that differs from the one held.

    An empty status reinstates nobody: where a record isn't in its first standing it is a note.
    """
    if "status" in row and not row["status"]:
        initial = MEMBER_STATUS if isinstance(current, MemberRecord) else PERMIT_STATUS
        if current.status != initial:
            found.notes.append(f"the status is empty, held is {current.status}: say which it is")
        return
    held = (current.status, current.reason, current.status_until)
    said = (
        row.get("status", current.status),
        row.get("status_reason", current.reason) or "",
        row.get("status_until", current.status_until),
    )
    if said[0] != held[0] and "status_reason" not in row:
        said = (said[0], "", said[2])
    if said[0] != held[0] and "status_until" not in row:
        said = (said[0], said[1], None)
    if said == held:
        return
    since = row.get("status_since")
    on = since if since and current.status_since < since <= dated else dated
    found.add("status_changed", on, status=said[0], reason=said[1], until=iso(said[2]))


def compare_place(
    found: Difference, current: MemberRecord | PermitRecord, row: Values, dated: date
) -> None:
    """A place that differs from the one held."""
    held = {"city": current.city, "province": current.province}
    if (place := said(row, **held)) != held:
        found.add("moved", dated, **place)


def add_other_names(found: Difference, names: Iterable[Values], on: date) -> None:
    """Other names, each from the day it was given up, or `on`."""
    for name in names:
        found.add(
            "other_name_added",
            name.get("until") or on,
            name=name["name"],
            type=name.get("type") or "former",
            until=iso(name.get("until")),
        )


def compare_other_names(
    found: Difference, current: MemberRecord | PermitRecord, wanted: Wanted, dated: date
) -> None:
    """Other names that aren't held."""
    held = {(other.name, other.type) for other in current.other_names}
    if isinstance(current, MemberRecord):
        held.add((full_name(current.given, current.family), "former"))
    else:
        held.add((current.legal_name, "former"))
    missing = [
        name
        for name in wanted.other_names or ()
        if (name["name"], name.get("type") or "former") not in held
    ]
    add_other_names(found, missing, dated)


def as_entries(
    wanted: Wanted,
    difference: Difference,
    dated: date,
    recorded_at: datetime | None,
    entered_by: str,
    authority: str,
    held: int = 0,
) -> Iterator[Entry]:
    """The entries of a difference from a record of `held` entries.

    Ids follow from what is said of which state: two imports of one file at once make the same
    entries, while a word that was said, taken back and said again on one day is another entry.
    `recorded_at` is the moment of import; None stands for the start of `dated`, for records read
    straight from a folder. Raises PayloadError when a value doesn't fit.
    """
    moment = recorded_at or datetime.combine(dated, time(), UTC)
    for position, (kind, on, data) in enumerate(difference.changes):
        kept = canonical(wanted.subject, kind, data)
        said = json.dumps(
            [wanted.subject, wanted.number, kind, str(on), kept, str(dated), position, held]
        )
        yield Entry(
            # Entries of one day and moment apply in the order of their ids: the source's.
            id=f"{position:03x}{hashlib.blake2b(said.encode(), digest_size=12).hexdigest()[3:]}",
            subject=wanted.subject,
            number=wanted.number,
            kind=kind,
            effective_on=on,
            recorded_at=moment,
            entered_by=entered_by,
            authority=authority,
            data=kept,
        )


def add_conditions(
    found: Difference, texts: Iterable[str], used: Iterable[str], dated: date
) -> None:
    """Conditions on practice, each named by the next name that isn't used."""
    taken = set(used)
    names = (name for n in range(1, 10_000) if (name := f"C{n}") not in taken)
    for text, name in zip(texts, names, strict=False):
        found.add("condition_imposed", dated, condition=name, text=text)


def compare_conditions(
    found: Difference, current: MemberRecord | PermitRecord, row: Values, dated: date
) -> None:
    """Conditions that differ from those held, where the row speaks of them.

    Texts are the same when only blanks and line ends differ, which a cell of a list loses.
    """
    if "conditions" not in row:
        return
    texts = listed(row["conditions"])
    wanted = {_one_line(text) for text in texts}
    for condition in current.conditions:
        if _one_line(condition.text) not in wanted:
            found.add("condition_lifted", dated, condition=condition.condition)
    held = {_one_line(condition.text) for condition in current.conditions}
    used = {e.data["condition"] for e in current.entries if e.kind == "condition_imposed"}
    new = {text: None for text in texts if _one_line(text) not in held}
    add_conditions(found, new, used, dated)


def _one_line(text: str) -> str:
    return " ".join(text.split())
