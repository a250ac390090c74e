"""What the register says of a permit over time (PER-2, PER-3, PER-5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.register import fold
from signet.register.fold.permits import ON_STANDING
from signet.register.model import ConditionOnPractice, Entry
from signet.register.periods.members import KINDS as OF_MEMBERS
from signet.register.periods.statements import Statement, intervals, statements
from signet.register.verdict import Answering, Practice, Verdict, practice
from signet.register.verdict.permits import over_time


class PermitStanding(NamedTuple):
    """What holds of a permit on a day. The verdict is without the last valid day.

    `uncovered` are the fields that no responsible member's scope covers, while it is in force.
    """

    verdict: Verdict
    fields: tuple[str, ...]
    responsible: tuple[str, ...]
    uncovered: tuple[str, ...]
    conditions: tuple[ConditionOnPractice, ...]


# What a member may practise, as the register knew it from each of some days on, the earliest first.
Known = Sequence[tuple[date, tuple[Practice, ...]]]


def practice_as_known(
    entries: Iterable[Entry], as_of: date, policy: Policy, zone: ZoneInfo
) -> Known:
    """Return what a public member may practise, as it was known from day to day (SCO-1, PER-3)."""
    known = []
    for interval in intervals(entries, as_of, zone, OF_MEMBERS):
        record = fold.member(interval.entries, interval.end)
        known.append((interval.start, practice(record, policy) if record is not None else ()))
    return known


@dataclass(frozen=True, slots=True)
class KnownPractice:
    """What the members in permits' histories may practise: as known now, and as known earlier."""

    now: Answering
    earlier: Mapping[str, Known] = field(default_factory=dict)

    def learned(self, members: Iterable[str]) -> Iterator[date]:
        """Yield the days on which something of earlier days was recorded of these members."""
        for number in members:
            yield from (start for start, _ in self.earlier.get(number, ()))

    def on(self, members: Iterable[str], day: date) -> Answering:
        """Return what these members may practise, as the register knew it at the end of a day."""
        return {number: self._of(number, day) for number in members if number in self.now}

    def _of(self, number: str, day: date) -> tuple[Practice, ...]:
        if number not in self.earlier:
            return self.now[number]
        known = [practices for start, practices in self.earlier[number] if start <= day]
        return known[-1] if known else ()


def of_permit(
    entries: Iterable[Entry],
    known: KnownPractice,
    as_of: date,
    policy: Policy,
    zone: ZoneInfo,
) -> list[Statement[PermitStanding]]:
    """Return what the register says of a permit, up to `as_of`, the earliest days first."""
    entries = list(entries)
    members = {e.data["member"] for e in entries if e.kind == "responsible_member_added"}
    cuts = intervals(entries, as_of, zone, ON_STANDING, known.learned(members))
    steps_known = []
    for interval in cuts:
        counting = fold.applicable(interval.entries, interval.end)
        last = interval is cuts[-1]
        practices = known.now if last else known.on(members, interval.end)
        steps = list(_steps(counting, practices, interval.end, policy))
        steps_known.append((interval.start, steps))
    return statements(steps_known)


def _steps(
    counting: Sequence[Entry], practices: Answering, as_of: date, policy: Policy
) -> Iterator[tuple[date, PermitStanding | None]]:
    if not any(entry.kind == "issued" for entry in counting):
        return
    for day, verdict in over_time(counting, practices, as_of, policy):
        terms, in_force = day.terms, verdict.answer == "in_force"
        yield (
            day.on,
            PermitStanding(
                replace(verdict, until=None) if verdict.until else verdict,
                terms.fields,
                terms.answering,
                tuple(f for f in terms.fields if in_force and f not in day.covered),
                terms.conditions,
            ),
        )
