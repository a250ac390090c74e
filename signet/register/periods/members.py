"""What the register says of a member over time (DES-1, DES-4, DES-6, SCO-1, STA-4, CPD-5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.register import fold
from signet.register.fold.members import ON_STANDING, MemberState
from signet.register.model import ConditionOnPractice, Entry, MemberRecord, ScopeOfPractice
from signet.register.periods.answering import Permits, answered, learned
from signet.register.periods.statements import (
    Content,
    Statement,
    Steps,
    intervals,
    statements,
)
from signet.register.verdict.members import over_time
from signet.register.verdict.model import Verdict

# The kinds of entry that may change what is said of a member.
KINDS = ON_STANDING | {"registered"}


class MemberStanding(NamedTuple):
    """What holds of a member on a day. The verdict is without the stated end of a status.

    `answers_for` are the numbers of the permits that name the member as responsible.
    """

    verdict: Verdict
    designations: tuple[str, ...]
    may_use_titles: bool
    scopes: tuple[ScopeOfPractice, ...]
    conditions: tuple[ConditionOnPractice, ...]
    answers_for: tuple[str, ...] = ()


def of_member(
    record: MemberRecord,
    entries: Iterable[Entry],
    as_of: date,
    policy: Policy,
    zone: ZoneInfo,
    permits: Permits = (),
) -> list[Statement[MemberStanding]]:
    """Return what the register says of a public member, up to `as_of`, the earliest days first.

    `record` is folded from `entries`, which are all that the record has; `permits` are the entries
    of each permit that ever named the member. Nothing is told of the days before the registration
    that is public now (DES-6).
    """
    known = []
    more = learned(permits, as_of, zone)
    for interval in intervals(entries, as_of, zone, KINDS, more):
        counting = fold.applicable(interval.entries, interval.end)
        steps = list(_steps(counting, record.category_since, policy))
        named = answered(permits, record.number, interval.end, as_of, zone)
        known.append((interval.start, _answering(steps, named, record.category_since)))
    return statements(known)


def _answering(
    steps: Steps[MemberStanding], named: Sequence[tuple[date, tuple[str, ...]]], from_: date
) -> Steps[MemberStanding]:
    """Return what holds from each day on with the permits that name the member."""
    if not named or not steps:
        return steps
    days = sorted({on for on, _ in steps} | {max(on, from_) for on, _ in named})
    return [(day, _named(_last(steps, day), _last(named, day) or ())) for day in days]


def _last(steps: Sequence[tuple[date, Content]], day: date) -> Content | None:
    held = [content for on, content in steps if on <= day]
    return held[-1] if held else None


def _named(standing: MemberStanding | None, permits: tuple[str, ...]) -> MemberStanding | None:
    return standing and standing._replace(answers_for=permits)


def _steps(
    counting: Sequence[Entry], from_: date, policy: Policy
) -> Iterator[tuple[date, MemberStanding | None]]:
    """Yield what holds from each day on, none of them before `from_`."""
    if not any(entry.kind == "registered" for entry in counting):
        return
    for on, state, verdict in over_time(counting, policy):
        yield max(on, from_), _standing(state, verdict, policy)


def _standing(state: MemberState, verdict: Verdict, policy: Policy) -> MemberStanding | None:
    category = policy.categories.get(state.category)
    if category is None or not category.public:
        return None
    status = policy.statuses.get(state.status)
    left = status is not None and status.left
    return MemberStanding(
        replace(verdict, until=None) if verdict.until else verdict,
        tuple(state.designations),
        status is not None and status.good,
        tuple(state.scopes.values()),
        () if left else tuple(state.conditions.values()),
    )
