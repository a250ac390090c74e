"""Comparisons that members and permits share."""

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
NOT_KNOWN = "not_known"  # the status of a time without records; every pack has it


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source's data on one record: values by exchange column, absent where there is none."""

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
    unknown_until: str = ""  # the status before which no status is known

    def add(self, kind: str, on: date, **data: Any) -> None:
        """Add an entry; empty fields are left out."""
        self.changes.append((kind, on, {k: v for k, v in data.items() if v not in ("", None, ())}))


def said(values: Values, **held: Any) -> dict[str, Any]:
    """Return each field as the row gives it, or the current value where the row has none."""
    return {name: values.get(name, was) for name, was in held.items()}


def iso(day: date | None) -> str | None:
    """Return a date as an entry stores it."""
    return day.isoformat() if day else None


def listed(value: Any) -> tuple[str, ...]:
    """Return a list as an entry stores it."""
    return tuple(value or ())


def add_status(difference: Difference, row: Values, status: str, on: date) -> None:
    """Add the status that a row gives."""
    difference.add(
        "status_changed",
        on,
        status=status,
        reason=row.get("status_reason"),
        until=iso(row.get("status_until")),
    )


def add_first_status(
    difference: Difference, row: Values, initial: str, since: date, on: date
) -> None:
    """Add a new record's status, unless it is `initial` and the row gives no more.

    The record begins on `since`; the row is dated `on`. A status said to begin after `on` takes
    effect on `on`. So does one other than `initial` without a start, and from `since` until then
    the status is `not_known`: a record that isn't in good standing now may have been until lately
    (a member who died).
    """
    status = row.get("status") or initial
    begins = row.get("status_since") or (since if status == initial else on)
    begins = begins if begins <= max(on, since) else on
    said_more = bool(row.get("status_reason") or row.get("status_until"))
    if status != initial and not row.get("status_since") and begins > since:
        difference.add("status_changed", since, status=NOT_KNOWN)
        difference.unknown_until = status
    if status != initial or said_more or begins > since:
        add_status(difference, row, status, begins)


def compare_status(
    difference: Difference, current: MemberRecord | PermitRecord, row: Values, dated: date
) -> None:
    """Add a status that differs from the current one.

    An empty status reinstates nobody: where the record isn't in its initial status, it is a note.
    """
    if "status" in row and not row["status"]:
        initial = MEMBER_STATUS if isinstance(current, MemberRecord) else PERMIT_STATUS
        if current.status != initial:
            difference.notes.append(
                f"the status is empty, held is {current.status}: say which it is"
            )
        return
    held = (current.status, current.reason, current.status_until)
    status = (
        row.get("status", current.status),
        row.get("status_reason", current.reason) or "",
        row.get("status_until", current.status_until),
    )
    if status[0] != held[0] and "status_reason" not in row:
        status = (status[0], "", status[2])
    if status[0] != held[0] and "status_until" not in row:
        status = (status[0], status[1], None)
    if status == held:
        return
    since = row.get("status_since")
    on = since if since and current.status_since < since <= dated else dated
    difference.add("status_changed", on, status=status[0], reason=status[1], until=iso(status[2]))


def compare_place(
    difference: Difference, current: MemberRecord | PermitRecord, row: Values, dated: date
) -> None:
    """Add a city or province that differs from the current one."""
    held = {"city": current.city, "province": current.province}
    if (place := said(row, **held)) != held:
        difference.add("moved", dated, **place)


def add_other_names(difference: Difference, names: Iterable[Values], on: date) -> None:
    """Add other names, each from the day it was given up, or `on`."""
    for name in names:
        difference.add(
            "other_name_added",
            name.get("until") or on,
            name=name["name"],
            type=name.get("type") or "former",
            until=iso(name.get("until")),
        )


def compare_other_names(
    difference: Difference, current: MemberRecord | PermitRecord, wanted: Wanted, dated: date
) -> None:
    """Add other names that aren't on the record."""
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
    add_other_names(difference, missing, dated)


def as_entries(
    wanted: Wanted,
    difference: Difference,
    dated: date,
    recorded_at: datetime | None,
    entered_by: str,
    authority: str,
    version: int = 0,
) -> Iterator[Entry]:
    """Yield the entries of a difference from a record that has `version` entries.

    Ids are derived from the change and the state it applies to: two concurrent imports of one file
    make the same entries, while a value that was set, taken back and set again on one day makes
    another entry. `recorded_at` is the time of import; None stands for the start of `dated`, for
    records read straight from a folder. Raises PayloadError when a value doesn't fit.
    """
    moment = recorded_at or datetime.combine(dated, time(), UTC)
    for position, (kind, on, data) in enumerate(difference.changes):
        kept = canonical(wanted.subject, kind, data)
        state = json.dumps(
            [wanted.subject, wanted.number, kind, str(on), kept, str(dated), position, version]
        )
        yield Entry(
            # Entries with the same day and time apply in the order of their ids: the source's
            # order.
            id=f"{position:03x}{hashlib.blake2b(state.encode(), digest_size=12).hexdigest()[3:]}",
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
    difference: Difference, texts: Iterable[str], used: Iterable[str], dated: date
) -> None:
    """Add conditions on practice, each under the next unused name."""
    taken = set(used)
    names = (name for n in range(1, 10_000) if (name := f"C{n}") not in taken)
    for text, name in zip(texts, names, strict=False):
        difference.add("condition_imposed", dated, condition=name, text=text)


def compare_conditions(
    difference: Difference, current: MemberRecord | PermitRecord, row: Values, dated: date
) -> None:
    """Add conditions that differ from the current ones, where the row has that column.

    Texts are the same when only blanks and line ends differ, as the cell of a list loses those.
    """
    if "conditions" not in row:
        return
    texts = listed(row["conditions"])
    in_file = {_one_line(text) for text in texts}
    for condition in current.conditions:
        if _one_line(condition.text) not in in_file:
            difference.add("condition_lifted", dated, condition=condition.condition)
    held = {_one_line(condition.text) for condition in current.conditions}
    used = {e.data["condition"] for e in current.entries if e.kind == "condition_imposed"}
    new = {text: None for text in texts if _one_line(text) not in held}
    add_conditions(difference, new, used, dated)


def _one_line(text: str) -> str:
    return " ".join(text.split())
