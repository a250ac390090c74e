"""Operations on the register: look up a record, add to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from signet import errors
from signet.policy import Policy
from signet.register import fold, rules, store
from signet.register.model import Entry, MemberRecord, PermitRecord, Subject
from signet.register.payload_text import tidied
from signet.register.payloads import canonical
from signet.register.reading import member as member
from signet.register.reading import members_on as members_on
from signet.register.reading import permit as permit
from signet.register.reading import standing_on as standing_on
from signet.register.rules import Refusal

TRIES = 5  # against concurrent writes to the same record


class Refused(errors.Refused):
    """The rules forbid the entry; `refusals` cite them. Nothing was written."""

    def __init__(self, refusals: list[Refusal]) -> None:
        cited = "; ".join(map(str, refusals))
        super().__init__(f"The register’s rules forbid it: {cited}.")
        self.refusals = refusals


@dataclass(frozen=True, slots=True)
class Proposal:
    """One entry to make. `corrects` is the id of the entry it replaces, or empty."""

    kind: str
    data: dict[str, Any]
    effective_on: date
    corrects: str = ""


def enter(
    subject: Subject,
    number: str,
    proposals: Sequence[Proposal],
    *,
    authority: str,
    entered_by: str,
    policy: Policy,
    now: datetime,
    operation_id: str,
) -> list[Entry]:
    """Add entries to a record in one operation and return them.

    `now` (UTC) becomes their `recorded_at`; `operation_id` is a fresh random id, kept for a retry.
    Raises PayloadError when the data doesn't fit, Refused when a rule forbids it, and
    store.Conflict when others keep writing to the record.
    """
    entries = entries_of(
        subject,
        number,
        proposals,
        authority=authority,
        entered_by=entered_by,
        now=now,
        operation_id=operation_id,
    )
    for attempt in range(TRIES):
        stored = store.read(subject, number)
        if {e.id for e in entries} <= {e.id for e in stored.entries}:
            return entries  # a retry of an operation that was written
        body = judged(stored.entries, entries, policy, now)
        try:
            store.add(subject, number, entries, body, stored.version, operation_id)
            return entries
        except store.Conflict:
            if attempt == TRIES - 1:
                raise
    return entries


def entries_of(
    subject: Subject,
    number: str,
    proposals: Sequence[Proposal],
    *,
    authority: str,
    entered_by: str,
    now: datetime,
    operation_id: str,
) -> list[Entry]:
    """Return the entries that proposals become. Raises PayloadError when the data doesn't fit."""
    return [
        Entry(
            id=f"{operation_id}-{position}",
            subject=subject,
            number=number,
            kind=proposal.kind,
            effective_on=proposal.effective_on,
            recorded_at=now,
            entered_by=entered_by,
            authority=authority,
            data=canonical(subject, proposal.kind, tidied(proposal.data)),
            corrects=proposal.corrects,
        )
        for position, proposal in enumerate(proposals)
    ]


MemberOn = Callable[[str, date], MemberRecord | None]


def judged(
    stored: Sequence[Entry],
    entries: Sequence[Entry],
    policy: Policy,
    now: datetime,
    *,
    allowed: Collection[str] = (),
    member_on: MemberOn = member,
) -> str:
    """Return the snapshot of a record with entries added. Raises Refused when a rule forbids it.

    `allowed` are rules that the past may break, as it did happen; `member_on` returns another
    member's record as at a day.
    """
    refusals = rules.refusals(
        stored, entries, policy, lambda n: member_on(n, entries[0].effective_on)
    )
    refused = [one for one in refusals if not one.rule or one.rule not in allowed]
    if refused:
        raise Refused(refused)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    return snapshot_body(entries[0].subject, [*stored, *entries], today, policy)


def snapshot_body(subject: Subject, entries: Sequence[Entry], as_of: date, policy: Policy) -> str:
    """Return the record as at a date as JSON, with the day of its next scheduled change.

    `limited` is there for who is, or is to be, of a category that is limited (DES-6).
    """
    record: MemberRecord | PermitRecord | None
    if subject == "member":
        record = fold.member(entries, as_of)
    else:
        record = fold.permit(entries, as_of, policy)
    later = [e.effective_on for e in fold.applicable(entries, None) if e.effective_on > as_of]
    body: dict[str, Any] = {
        "as_of": as_of.isoformat(),
        "next_change_on": min(later).isoformat() if later else None,
        "record": _plain(record),
    }
    if subject == "member" and (limited := _limited(entries, [as_of, *sorted(later)], policy)):
        body["limited"] = limited
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _limited(entries: Sequence[Entry], days: Sequence[date], policy: Policy) -> list[str]:
    """Return the first limited category of a member on these days, and since when; [] for none.

    Days to come count too: a snapshot is written again only with the next entry.
    """
    for day in days:
        record = fold.member(entries, day)
        category = policy.categories.get(record.category) if record else None
        if record and category and category.longest:
            return [record.category, record.category_since.isoformat()]
    return []


def _plain(value: Any) -> Any:
    """Return a record as plain JSON values: objects and ISO dates, without the entries."""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, tuple):
        return value
    names: Sequence[str] = getattr(value, "_fields", ())
    if not names:
        return [_plain(part) for part in value]
    return {name: _plain(getattr(value, name)) for name in names if name != "entries"}
