"""The verdict on a permit: whether it is in force, with a responsible member who may practise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from signet.policy import Policy
from signet.register.fold.permits import PermitState, stages
from signet.register.model import ConditionOnPractice, Entry, PermitRecord
from signet.register.term import day_after
from signet.register.verdict.members import Practice
from signet.register.verdict.model import (
    WITH_CONDITIONS,
    Fact,
    Judgment,
    Verdict,
    latest,
    status_in_words,
    with_conditions,
)

# What each member in a permit's history may or might practise. A member who isn't in it never
# could, such as one whose record isn't public (PER-3).
Answering = Mapping[str, tuple[Practice, ...]]

IN_FORCE = "In force"
NOT_IN_FORCE = "Not in force"
EXPIRED = "Expired"
UNANSWERED = f"{IN_FORCE}, without a responsible member"
UNQUALIFIED = f"{IN_FORCE}, without a responsible member in its fields"
NOBODY_NAMED = "No responsible member is named"
NOBODY_MAY = "No responsible member may practise at present"
NO_FIELD = "No responsible member’s scope covers a field of the permit"
ALLOWS = {
    IN_FORCE: "The holder may practise through its responsible members, each within their scope.",
    UNANSWERED: "No one who may practise is responsible for work under this permit.",
    UNQUALIFIED: "No responsible member’s scope covers the permit’s fields.",
    NOT_IN_FORCE: "The holder may not practise, and may not use the permit’s number.",
}


class Terms(NamedTuple):
    """A permit's state between two of its entries."""

    status: str
    reason: str
    status_until: date | None
    expires_on: date
    fields: tuple[str, ...]
    answering: tuple[str, ...]
    conditions: tuple[ConditionOnPractice, ...]


class PermitDay(NamedTuple):
    """What holds of a permit from a day on; `covered` are the disciplines of those who answer."""

    on: date
    terms: Terms
    covered: frozenset[str]


def of_permit(record: PermitRecord, members: Answering, as_of: date, policy: Policy) -> Verdict:
    """Return the verdict on a permit as at a day (PER-2, PER-3, PER-5).

    `members` are those in its history. Status and dates alone decide whether a permit is in force;
    if no member who may practise answers for it, the verdict says so in the same sentence.
    """
    days = list(_days(record.entries, members, as_of, policy))
    return _verdict([(day.on, _judge(day, policy)) for day in days], days[-1].terms)


def over_time(
    counting: Sequence[Entry], members: Answering, as_of: date, policy: Policy
) -> Iterator[tuple[PermitDay, Verdict]]:
    """Yield the verdict on each day on which it may have changed, up to `as_of`.

    `counting` are a permit's ordered entries.
    """
    judged = []
    for day in _days(counting, members, as_of, policy):
        judged.append((day.on, _judge(day, policy)))
        yield day, _verdict(judged, day.terms)


def _verdict(judged: Sequence[tuple[date, Judgment]], terms: Terms) -> Verdict:
    judgment, since = latest(judged, judged[0][0])
    if judgment.answer == "in_force":
        until: date | None = terms.expires_on
    else:
        until = terms.status_until if judgment.reason != EXPIRED else None
    return Verdict(
        answer=judgment.answer,
        words=judgment.words,
        tone=judgment.tone,
        since=since,
        reason=judgment.reason,
        until=until,
        allows=ALLOWS[judgment.words.removesuffix(WITH_CONDITIONS)],
    )


def is_in_force(record: PermitRecord, as_of: date, policy: Policy) -> bool:
    """Tell whether a permit is in force by status and dates, responsible members aside (PER-2)."""
    status = policy.permit_statuses.get(record.status)
    return status is not None and status.good and as_of <= record.expires_on


def has_expired(record: PermitRecord, as_of: date, policy: Policy) -> bool:
    """Tell whether only its dates keep a permit from being in force (PER-2)."""
    status = policy.permit_statuses.get(record.status)
    return status is not None and status.good and as_of > record.expires_on


def covered(record: PermitRecord, members: Answering, as_of: date) -> frozenset[str]:
    """Return the disciplines that the responsible members may practise; none if none may."""
    return _covered(tuple(r.member for r in record.answering()), members, as_of)


def _covered(answering: tuple[str, ...], members: Answering, on: date) -> frozenset[str]:
    """Return the disciplines that the given responsible members may practise on a day."""
    fields: frozenset[str] = frozenset()
    for number in answering:
        held = [p.disciplines for p in members.get(number, ()) if p.since <= on]
        fields |= held[-1] if held else frozenset()
    return fields


def _days(
    counting: Sequence[Entry], members: Answering, as_of: date, policy: Policy
) -> Iterator[PermitDay]:
    """Yield what holds from each day on which the verdict may have changed, up to `as_of`."""
    spans = [(on, _terms(state)) for on, state in stages(counting, policy)]
    for at, (start, terms) in enumerate(spans):
        end = spans[at + 1][0] if at + 1 < len(spans) else date.max
        days = {start, day_after(terms.expires_on)}
        days |= {p.since for number in terms.answering for p in members.get(number, ())}
        for on in sorted(day for day in days if start <= day < end and day <= as_of):
            yield PermitDay(on, terms, _covered(terms.answering, members, on))


def _terms(state: PermitState) -> Terms:
    return Terms(
        state.status,
        state.reason,
        state.status_until,
        state.expires_on,
        state.fields,
        tuple(r.member for r in state.responsibilities if r.until is None),
        tuple(state.conditions.values()),
    )


def _judge(day: PermitDay, policy: Policy) -> Judgment:
    """Return the judgment on a day: the status decides first, then the last valid day."""
    terms = day.terms
    status = policy.permit_statuses.get(terms.status)
    expired: set[Fact] = {(EXPIRED,)} if day.on > terms.expires_on else set()
    if status is None or not status.good:
        words = status_in_words(terms.status, terms.reason, policy)
        fact: Fact = (NOT_IN_FORCE, words)
        holds = frozenset({fact, *expired})
        return Judgment("not_in_force", NOT_IN_FORCE, "bad", words, fact, holds)
    if expired:
        holds = frozenset(expired)
        return Judgment("not_in_force", NOT_IN_FORCE, "bad", EXPIRED, (EXPIRED,), holds)
    judgment = _in_force(terms, day.covered)
    return with_conditions(judgment) if terms.conditions else judgment


def _in_force(terms: Terms, covered: frozenset[str]) -> Judgment:
    """Return the judgment on a permit in force by its dates.

    The tone is good only when a responsible member's scope covers one of its fields.
    """
    plain: Fact = (IN_FORCE,)
    if not covered:
        words, reason = UNANSWERED, NOBODY_MAY if terms.answering else NOBODY_NAMED
    elif terms.fields and not covered & set(terms.fields):
        words, reason = UNQUALIFIED, NO_FIELD
    else:
        return Judgment("in_force", IN_FORCE, "good", "", plain, frozenset({plain}))
    fact: Fact = (words,)
    return Judgment("in_force", words, "warn", reason, fact, frozenset({fact, plain}))
