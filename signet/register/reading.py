"""Read-only lookups in the register, as at a date.

Separate from adding to it (`signet.register.actions`): rules and payloads take a while to import,
and most functions need neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from signet.errors import Unavailable
from signet.policy import Policy
from signet.register import fold, store, verdict
from signet.register.model import MemberRecord, PermitRecord
from signet.register.verdict import Practice


def member(number: str, as_of: date) -> MemberRecord | None:
    """Return the member's record as at a date, or None."""
    return fold.member(store.read("member", number).entries, as_of)


def standing_on(number: str, on: date) -> MemberRecord | None:
    """Return the member's record as at a date, for a service, in one query; or None.

    Raises signet.errors.Unavailable when the register can't be read.
    """
    try:
        return member(number, on)
    except store.StoreUnavailable as error:
        raise Unavailable from error


class Brief(NamedTuple):
    """A member's name, and whether they have declared not practising, for a list."""

    name: str
    not_practising: bool


def briefs(numbers: Iterable[str]) -> dict[str, Brief]:
    """Return the list data of members, by number, from their latest snapshots.

    Makes one read per hundred. Raises signet.errors.Unavailable when the register can't be read.
    """
    try:
        held = store.snapshots_of("member", numbers)
    except store.StoreUnavailable as error:
        raise Unavailable from error
    return {number: _brief(one["record"] or {}) for number, one in held.items()}


def _brief(record: Mapping[str, Any]) -> Brief:
    name = " ".join(filter(None, (record.get("given"), record.get("family"))))
    return Brief(name, bool(record.get("not_practising")))


def member_names(numbers: Iterable[str]) -> dict[str, str]:
    """Return members' names, by number, given name first; reads as `briefs`."""
    return {number: brief.name for number, brief in briefs(numbers).items()}


def next_day(number: str, after: date) -> date | None:
    """Return the next day after a date on which an existing entry takes effect; or None.

    Raises signet.errors.Unavailable when the register can't be read.
    """
    try:
        entries = store.read("member", number).entries
    except store.StoreUnavailable as error:
        raise Unavailable from error
    return min((one.effective_on for one in entries if one.effective_on > after), default=None)


def members_on(on: date) -> Iterator[MemberRecord]:
    """Yield every member's record as at a date: for nightly runs, as it reads the whole register.

    Raises signet.errors.Unavailable when the register can't be read.
    """
    try:
        for raw in store.acts("member"):
            record = fold.member(store.decoded(raw), on)
            if record is not None:
                yield record
    except store.StoreUnavailable as error:
        raise Unavailable from error


def practice_of(
    record: PermitRecord, as_of: date, policy: Policy, known_at: datetime | None = None
) -> dict[str, tuple[Practice, ...]]:
    """Return what a permit's members may practise, for its verdict; one query for each."""
    by_number = {}
    for number in {responsibility.member for responsibility in record.responsibilities}:
        one = fold.member(store.read("member", number).entries, as_of, known_at)
        if one is not None:
            by_number[number] = verdict.practice(one, policy)
    return by_number


def permit_verdict_on(
    number: str, on: date, policy: Policy
) -> tuple[PermitRecord, verdict.Verdict] | None:
    """Return the permit's record and the verdict on it, for a service; or None.

    Raises signet.errors.Unavailable when the register can't be read.
    """
    try:
        record = permit(number, on, policy)
        if record is None:
            return None
        answering = practice_of(record, on, policy)
    except store.StoreUnavailable as error:
        raise Unavailable from error
    return record, verdict.of_permit(record, answering, on, policy)


def permit(number: str, as_of: date, policy: Policy) -> PermitRecord | None:
    """Return the permit's record as at a date, or None."""
    return fold.permit(store.read("permit", number).entries, as_of, policy)


def permit_on(number: str, on: date, policy: Policy) -> PermitRecord | None:
    """Return the permit's record as at a date, for a service, in one query; or None.

    Raises signet.errors.Unavailable when the register can't be read.
    """
    try:
        return permit(number, on, policy)
    except store.StoreUnavailable as error:
        raise Unavailable from error
