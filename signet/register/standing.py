"""Consequences of a member's status: scopes in force, permits, publication.

The verdict itself is in `signet.register.verdict`.
"""

from __future__ import annotations

from signet.policy import Policy
from signet.register.model import Entry, MemberRecord, ScopeOfPractice
from signet.register.verdict.members import NOT_PRACTISING as NOT_PRACTISING
from signet.register.verdict.members import of_member as of_member
from signet.register.verdict.members import practises


def practising_designations(record: MemberRecord, policy: Policy) -> frozenset[str]:
    """Return the member's designations that permit independent practice (DES-2)."""
    return frozenset(d.code for d in record.designations if practises(d.code, policy))


def scopes_in_force(record: MemberRecord, policy: Policy) -> tuple[ScopeOfPractice, ...]:
    """Return the scopes in force: none unless the member is permitted to practise (SCO-1)."""
    status = policy.statuses.get(record.status)
    if status is None or not (status.good and status.practice) or record.not_practising:
        return ()
    practising = practising_designations(record, policy)
    return tuple(scope for scope in record.scopes if scope.designation in practising)


def may_answer_for_permit(record: MemberRecord, policy: Policy) -> bool:
    """Tell whether the member can answer for a permit: permitted to practise, in public (PER-3)."""
    return is_public(record, policy) and of_member(record, policy).answer == "permitted"


def may_use_titles(record: MemberRecord, policy: Policy) -> bool:
    """Tell whether the member may use their titles: only while in good standing (DES-4)."""
    status = policy.statuses.get(record.status)
    return status is not None and status.good


def public_entries(record: MemberRecord) -> tuple[Entry, ...]:
    """Return the entries since the current category began: none from a student's days (DES-6)."""
    started = [
        position
        for position, entry in enumerate(record.entries)
        if entry.kind == "category_changed" and entry.effective_on == record.category_since
    ]
    return record.entries[started[-1] :] if started else record.entries


def is_public(record: MemberRecord, policy: Policy) -> bool:
    """Tell whether the record is published at all (DES-6); one of an unknown category isn't."""
    category = policy.categories.get(record.category)
    return category is not None and category.public
