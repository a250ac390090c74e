"""What the register says of a permit over time (PER-2, PER-3, PER-5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from signet.policy import Policy
from signet.register import fold
from signet.register.model import ConditionOnPractice, Entry, PermitRecord
from signet.register.periods.statements import Statement, intervals, recorded_on, statements
from signet.register.verdict import Answering, Practice, Verdict, practice
from signet.register.verdict.permits import over_time


class PermitFacts(NamedTuple):
    """What holds of a permit on a day. The verdict is without the last valid day.

    `covered` are the disciplines that its responsible members may practise.
    """

    verdict: Verdict
    fields: tuple[str, ...]
    responsible: tuple[str, ...]
    covered: frozenset[str]
    conditions: tuple[ConditionOnPractice, ...]


@dataclass(frozen=True, slots=True)
class KnownPractice:
    """What the members in permits' histories may practise: as known now, and as known earlier.

    `begun` is the day on which each of them was first recorded, `histories` all entries of those of
    whom something was recorded late.
    """

    now: Answering
    begun: Mapping[str, date] = field(default_factory=dict)
    histories: Mapping[str, Sequence[Entry]] = field(default_factory=dict)

    def learned(self, members: Iterable[str], as_of: date, zone: ZoneInfo) -> Iterator[date]:
        """Yield the days on which something of earlier days was recorded of these members."""
        for number in members:
            if number in self.begun:
                yield self.begun[number]
            if number in self.histories:
                yield from (i.start for i in intervals(self.histories[number], as_of, zone))

    def known(self, members: Iterable[str], on: date, policy: Policy, zone: ZoneInfo) -> Answering:
        """Return what these members may practise, as the register knew it at the end of a day."""
        return {number: self._of(number, on, policy, zone) for number in members}

    def _of(self, number: str, on: date, policy: Policy, zone: ZoneInfo) -> tuple[Practice, ...]:
        if number not in self.now or on < self.begun.get(number, on):
            return ()
        if number not in self.histories:
            return self.now[number]
        held = [e for e in self.histories[number] if recorded_on(e, zone) <= on]
        record = fold.member(held, on)
        return practice(record, policy) if record is not None else ()


def of_permit(
    entries: Iterable[Entry],
    known: KnownPractice,
    as_of: date,
    policy: Policy,
    zone: ZoneInfo,
) -> list[Statement[PermitFacts]]:
    """Return what the register says of a permit, up to `as_of`, the earliest days first."""
    entries = list(entries)
    members = {e.data["member"] for e in entries if e.kind == "responsible_member_added"}
    cuts = intervals(entries, as_of, zone, known.learned(members, as_of, zone))
    said = []
    for interval in cuts:
        record = fold.permit(interval.entries, interval.end, policy)
        practices = (
            known.now if interval is cuts[-1] else known.known(members, interval.end, policy, zone)
        )
        steps = list(_steps(record, practices, interval.end, policy))
        said.append((interval.start, steps))
    return statements(said)


def _steps(
    record: PermitRecord | None, practices: Answering, as_of: date, policy: Policy
) -> Iterator[tuple[date, PermitFacts | None]]:
    if record is None:
        return
    for day, verdict in over_time(record, practices, as_of, policy):
        terms = day.terms
        yield (
            day.on,
            PermitFacts(
                replace(verdict, until=None),
                terms.fields,
                terms.answering,
                day.covered,
                terms.conditions,
            ),
        )
