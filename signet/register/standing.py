"""What a reader needs first: may this person practise, is this permit in force, since when, why.

A wrong answer is worse than none: whatever isn't clearly permitted is *not permitted*.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from signet.policy import Policy
from signet.register.fold.members import INITIAL_STATUS
from signet.register.model import (
    Entry,
    MemberRecord,
    NotPractising,
    PermitRecord,
    ScopeOfPractice,
)
from signet.register.term import day_after

MemberAnswer = Literal["permitted", "not_permitted", "good_standing", "not_good_standing"]
PermitAnswer = Literal["in_force", "not_in_force"]
EXPIRED = "Expired"
NOT_PRACTISING = "Declared not practising"


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """`reason` is in words; `until` the stated end of a status, which never ends by itself."""

    answer: MemberAnswer
    since: date
    reason: str
    until: date | None = None

    @property
    def good(self) -> bool:
        """Whether the answer is one a reader hopes for."""
        return self.answer in ("permitted", "good_standing")


@dataclass(frozen=True, slots=True)
class PermitStanding:
    """`reason` is in words; `until` the last valid day, or the stated end of a status."""

    answer: PermitAnswer
    since: date
    reason: str
    until: date | None = None

    @property
    def good(self) -> bool:
        """Whether the permit is in force."""
        return self.answer == "in_force"


def _in_words(status: str, reason: str, policy: Policy) -> str:
    """ "Suspended: fees not paid", from the pack's words."""
    table = policy.statuses.get(status) or policy.permit_statuses.get(status)
    name = table.name if table else status
    return f"{name}: {policy.reasons[reason].name}" if reason in policy.reasons else name


def practising_designations(record: MemberRecord, policy: Policy) -> frozenset[str]:
    """The designations held that entitle to practise independently (DES-2)."""
    return frozenset(d.code for d in record.designations if _practises(d.code, policy))


def scopes_in_force(record: MemberRecord, policy: Policy) -> tuple[ScopeOfPractice, ...]:
    """The scopes the member may practise in now: none unless permitted to practise (SCO-1)."""
    if not _may_practise(record.status, policy) or record.not_practising:
        return ()
    practising = practising_designations(record, policy)
    return tuple(scope for scope in record.scopes if scope.designation in practising)


def of_member(record: MemberRecord, policy: Policy) -> MemberStanding:
    """The member's standing (DES-2, DES-4, SCO-1, STA-4).

    Holders of a practising designation are permitted or not permitted to practise; the others are
    in good standing or not. A practising designation without a scope permits nothing.
    """
    status = policy.statuses.get(record.status)
    words = _in_words(record.status, record.reason, policy)
    practising = practising_designations(record, policy)
    if not practising:
        if record.not_practising and (status is None or status.good):
            return _in_good_standing_but_not_practising(record.not_practising)
        answer: MemberAnswer = (
            "good_standing" if status is not None and status.good else "not_good_standing"
        )
        since = max(record.status_since, record.category_since)
        return MemberStanding(answer, since, words, record.status_until)
    if not _may_practise(record.status, policy):
        return MemberStanding("not_permitted", record.status_since, words, record.status_until)
    if (declared := record.not_practising) is not None:  # CPD-5
        return MemberStanding("not_permitted", declared.since, NOT_PRACTISING, declared.until)
    if scopes_in_force(record, policy):
        return MemberStanding("permitted", _since(record, policy), words)
    granted = min(d.granted_on for d in record.designations if d.code in practising)
    since = max(granted, record.status_since, _since(record, policy))
    return MemberStanding("not_permitted", since, "No scope of practice is on the register")


def _in_good_standing_but_not_practising(declared: NotPractising) -> MemberStanding:
    return MemberStanding("good_standing", declared.since, NOT_PRACTISING, declared.until)


def _since(record: MemberRecord, policy: Policy) -> date:
    """Since when the member has been permitted to practise, or hasn't been.

    Read from the entries: a changed scope starts no new stretch, a late first scope does.
    """
    status, held, scoped, declared = INITIAL_STATUS, set[str](), set[str](), False
    since, before = record.registered_on, False
    for on, entries in groupby(record.entries, key=lambda entry: entry.effective_on):
        for entry in entries:
            status = entry.data["status"] if entry.kind == "status_changed" else status
            declared = _DECLARED.get(entry.kind, declared)
            for kinds, codes in ((_HELD, held), (_SCOPED, scoped)):
                if entry.kind in kinds:
                    add = kinds[entry.kind]
                    (codes.add if add else codes.discard)(entry.data["designation"])
        may = _may_practise(status, policy) and any(_practises(c, policy) for c in held & scoped)
        may = may and not declared
        if may != before:
            since, before = max(on, record.registered_on), may
    return since


# What each kind of entry does to the designations held, and to those with a scope.
_HELD = {"designation_granted": True, "designation_withdrawn": False}
_DECLARED = {"not_practising_declared": True, "practice_resumed": False}
_SCOPED = {"scope_granted": True, "scope_withdrawn": False, "designation_withdrawn": False}


def _may_practise(status: str, policy: Policy) -> bool:
    known = policy.statuses.get(status)
    return known is not None and known.good and known.practice


def _practises(code: str, policy: Policy) -> bool:
    known = policy.designations.get(code)
    return known is not None and known.practises


def may_answer_for_permit(record: MemberRecord, policy: Policy) -> bool:
    """Whether the member can be a responsible member: permitted to practise, in public (PER-3)."""
    category = policy.categories.get(record.category)
    public = category is not None and category.public
    return public and of_member(record, policy).answer == "permitted"


def of_permit(record: PermitRecord, as_of: date, policy: Policy) -> PermitStanding:
    """The permit's standing as at a date (PER-2): its status, then its last valid day."""
    status = policy.permit_statuses.get(record.status)
    if status is None or not status.good:
        words = _in_words(record.status, record.reason, policy)
        return PermitStanding("not_in_force", record.status_since, words, record.status_until)
    if as_of > record.expires_on:
        return PermitStanding("not_in_force", day_after(record.expires_on), EXPIRED)
    return PermitStanding("in_force", record.in_force_since, "", record.expires_on)


def public_entries(record: MemberRecord) -> tuple[Entry, ...]:
    """The entries since the record became what it is: nothing of a student's days (DES-6)."""
    started = [
        position
        for position, entry in enumerate(record.entries)
        if entry.kind == "category_changed" and entry.effective_on == record.category_since
    ]
    return record.entries[started[-1] :] if started else record.entries


def is_public(record: MemberRecord, policy: Policy) -> bool:
    """Whether the record is published at all (DES-6); an unknown category isn't."""
    category = policy.categories.get(record.category)
    return category is not None and category.public
