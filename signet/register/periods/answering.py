"""Which permits a member was named responsible for over time, as the register knew it (PER-5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from signet.register import fold
from signet.register.model import Entry
from signet.register.periods.statements import intervals, recorded_on

KINDS = frozenset({"responsible_member_added", "responsible_member_ceased"})
# The entries of each permit that ever named a member.
Permits = Sequence[Sequence[Entry]]


def learned(permits: Permits, as_of: date, zone: ZoneInfo) -> Iterator[date]:
    """Yield the days on which something of earlier days was recorded of these permits."""
    for entries in permits:
        yield from (interval.start for interval in intervals(entries, as_of, zone, KINDS))


def answered(
    permits: Permits, member: str, known_on: date, as_of: date, zone: ZoneInfo
) -> list[tuple[date, tuple[str, ...]]]:
    """Return the numbers of the permits that name the member, from each of some days on.

    It is what the register knew at the end of the day `known_on` of the days up to `as_of`.
    """
    changes = sorted(
        (on, number, named)
        for entries in permits
        for on, number, named in _changes(
            [e for e in entries if recorded_on(e, zone) <= known_on], member, as_of
        )
    )
    answering: set[str] = set()
    steps: dict[date, tuple[str, ...]] = {}
    for on, number, named in changes:
        (answering.add if named else answering.discard)(number)
        steps[on] = tuple(sorted(answering))
    return list(steps.items())


def _changes(known: Iterable[Entry], member: str, as_of: date) -> Iterator[tuple[date, str, bool]]:
    """Yield on which days a permit begins to name the member, or ceases to: the last on each."""
    counting = fold.applicable(known, as_of)
    issued = next((e.effective_on for e in counting if e.kind == "issued"), None)
    named = [e for e in counting if e.kind in KINDS and e.data["member"] == member]
    if issued is not None:
        on_days = {max(e.effective_on, issued): e.kind == "responsible_member_added" for e in named}
        yield from ((on, counting[0].number, is_named) for on, is_named in on_days.items())
