"""Additions to the register within a larger transaction, with approvals and audit lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from signet.errors import Unavailable
from signet.policy import Policy
from signet.register import actions, store
from signet.register.model import Entry, Subject
from signet.register.store import Stored
from signet.transactions.commit import Change


class Addition(NamedTuple):
    """Entries for one record, and the changes that add them: none if they were added before.

    `held` are the record's earlier entries, of version `version`.
    """

    entries: list[Entry]
    held: list[Entry]
    version: int
    changes: tuple[Change, ...]


def held(subject: Subject, number: str) -> Stored:
    """Return a record's entries and its version, 0 when there is none. Raises Unavailable."""
    try:
        return store.read(subject, number)
    except store.StoreUnavailable as error:
        raise Unavailable from error


def prepare(
    subject: Subject,
    number: str,
    proposals: Sequence[actions.Proposal],
    *,
    authority: str,
    entered_by: str,
    policy: Policy,
    now: datetime,
    operation_id: str,
) -> Addition:
    """Return what adds entries to a record; the transaction fails if the record has changed.

    Raises PayloadError when the data doesn't fit, Refused when a rule forbids it, Unavailable.
    """
    entries = actions.entries_of(
        subject,
        number,
        proposals,
        authority=authority,
        entered_by=entered_by,
        now=now,
        operation_id=operation_id,
    )
    return onto(held(subject, number), entries, policy=policy, now=now, operation_id=operation_id)


def onto(
    stored: Stored,
    entries: list[Entry],
    *,
    policy: Policy,
    now: datetime,
    operation_id: str,
    allowed: Collection[str] = (),
    member_on: actions.MemberOn = actions.member,
) -> Addition:
    """Return what adds entries to a record that was read; `allowed`, `member_on` as in `judged`.

    Raises Refused, Unavailable.
    """
    there = {entry.id: entry for entry in stored.entries}
    if all(entry.id in there for entry in entries):
        before = [entry for entry in stored.entries if entry.id not in {e.id for e in entries}]
        return Addition([there[entry.id] for entry in entries], before, stored.version, ())
    try:
        body = actions.judged(
            stored.entries, entries, policy, now, allowed=allowed, member_on=member_on
        )
    except store.StoreUnavailable as error:
        raise Unavailable from error
    subject, number = entries[0].subject, entries[0].number
    changes = store.additions(subject, number, entries, body, stored.version, operation_id)
    return Addition(entries, stored.entries, stored.version, changes)
