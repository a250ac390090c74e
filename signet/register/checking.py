"""Consistency checks: snapshots against their entries, and records against the rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from signet.policy import Policy
from signet.register import ending, fold, standing, store, verdict
from signet.register.actions import snapshot_body
from signet.register.limits import limits
from signet.register.loading import SUBJECTS, Held, Key
from signet.register.model import Entry, MemberRecord, Subject


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that `signet fsck` found. `mended`: it was repaired."""

    subject: Subject
    number: str
    message: str
    remedy: bool = False

    def __str__(self) -> str:
        return f"{self.subject} {self.number}: {self.message}{' (mended)' if self.remedy else ''}"


def stale_snapshots(known: Held, as_of: date, policy: Policy, mend: bool) -> Iterator[Finding]:
    """Yield snapshots that differ from their entries; with `mend` they are rewritten."""
    by_key: dict[Key, tuple[str, int]] = {}
    for subject, number, body, version in store.snapshots():
        by_key[(subject, number)] = (body, version)
    for subject in SUBJECTS:
        for number in sorted(known.numbers(subject)):
            entries = known.entries((subject, number))
            body, version = by_key.pop((subject, number), ("", 0))
            if body and _same_record(body, subject, entries, policy):
                continue
            what = "its snapshot is stale" if body else "it has no snapshot"
            mended = mend and store.put_snapshot(
                subject, number, snapshot_body(subject, entries, as_of, policy), version
            )
            yield Finding(subject, number, what, mended)
    for subject, number in sorted(by_key):
        yield Finding(subject, number, "a snapshot without any entry")


def _same_record(body: str, subject: Subject, entries: list[Entry], policy: Policy) -> bool:
    kept = json.loads(body)
    as_of = date.fromisoformat(kept["as_of"])
    return bool(json.loads(snapshot_body(subject, entries, as_of, policy)) == kept)


def doubtful_records(known: Held, as_of: date, policy: Policy) -> Iterator[Finding]:
    """Yield records that, as at a date, break a rule or refer to what doesn't exist."""
    for number in sorted(known.numbers("member")):
        for message in _doubts_of_member(known.entries(("member", number)), as_of, policy):
            yield Finding("member", number, message)
    for number in sorted(known.numbers("permit")):
        for message in _doubts_of_permit(known, number, as_of, policy):
            yield Finding("permit", number, message)


def _doubts_of_member(entries: list[Entry], as_of: date, policy: Policy) -> Iterator[str]:
    ids = {entry.id for entry in entries}
    for entry in entries:
        if entry.corrects and entry.corrects not in ids:
            yield f"entry {entry.id} corrects {entry.corrects}, which isn't there"
    record = fold.member(entries, as_of)
    if record is None:
        if fold.member(entries, None) is None:
            yield "entries, but no registration among them"
        return
    if record.status not in policy.statuses:
        yield f"status {record.status!r} isn't in the policy; shown as not in good standing"
    yield from _doubts_of_return(entries, as_of, policy)
    yield from _doubts_of_category(record, as_of, policy)
    scoped = {scope.designation for scope in record.scopes}
    yield from _doubts_of_designations([held.code for held in record.designations], scoped, policy)


def _doubts_of_return(entries: list[Entry], as_of: date, policy: Policy) -> Iterator[str]:
    """Yield the statuses of later days that end the one in force, recorded before it was."""
    counting = fold.applicable(entries, as_of)
    now = next((one for one in reversed(counting) if one.kind == "status_changed"), None)
    if now is None:
        return
    before = [one for one in fold.applicable(entries, None) if one.recorded_at < now.recorded_at]
    for later in ending.ended_by(before, [now], policy, as_of):
        was = f"{now.data['status']} since {now.effective_on}"
        yield f"{was}, until entry {later.id} of {later.effective_on}, which was recorded before"


def _doubts_of_category(record: MemberRecord, as_of: date, policy: Policy) -> Iterator[str]:
    category = policy.categories.get(record.category)
    if category is None:
        yield f"category {record.category!r} isn't in the policy and isn't published (DES-6)"
        return
    held = limits(record.category, record.category_since, policy, as_of)
    if any(one.days_left(as_of) < 0 for one in held):
        years = f"{held[0].years} years, {held[-1].years}"
        limit = f"at most {years} with Council's extension (DES-6)"
        yield f"{category.name.lower()} since {record.category_since}: {limit}"


def _doubts_of_designations(codes: list[str], scoped: set[str], policy: Policy) -> Iterator[str]:
    for code in codes:
        known = policy.designations.get(code)
        if known is None:
            yield f"designation {code!r} isn't in the policy and isn't shown (DES-4)"
        elif known.practises and code not in scoped:
            yield f"{code} without a scope of practice; shown as not permitted (SCO-1)"


def _doubts_of_permit(known: Held, number: str, as_of: date, policy: Policy) -> Iterator[str]:
    record = fold.permit(known.entries(("permit", number)), as_of, policy)
    if record is None:
        return
    yield from _doubts_of_return(known.entries(("permit", number)), as_of, policy)
    if not verdict.is_in_force(record, as_of, policy):
        return
    for responsibility in record.answering():
        member = fold.member(known.entries(("member", responsibility.member)), as_of)
        if member is None:
            yield f"responsible member {responsibility.member} isn't on the register (PER-3)"
        elif not standing.may_answer_for_permit(member, policy):
            yield f"responsible member {responsibility.member} isn't permitted to practise (PER-3)"
    if not record.answering():
        yield "in force without a responsible member (PER-5)"
