"""Statements: periods of what the register said, and the days from and until which it said so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from signet.register.model import Entry

Content = TypeVar("Content")
_DAY = timedelta(days=1)
_BY_DAY = itemgetter(0)
# What holds from each of some days on, the earliest first; None where nothing is said.
Steps = Sequence[tuple[date, Content | None]]


@dataclass(frozen=True, slots=True)
class Statement(Generic[Content]):
    """What the register says of the days from `first` to `last`, both included.

    `last` is None while it lasts. The register has said so from `recorded_on`, or from the day
    itself where that is later, until the day before `corrected_on`; None if it says so still.
    """

    first: date
    last: date | None
    content: Content
    recorded_on: date
    corrected_on: date | None = None


class Interval(NamedTuple):
    """Days on which the register knew the same of the past: from `start` to `end`, both included.

    `entries` are those known at its end.
    """

    start: date
    end: date
    entries: list[Entry]


def recorded_on(entry: Entry, zone: ZoneInfo) -> date:
    """Return the date on which the entry was recorded, in the regulator's time zone."""
    return entry.recorded_at.astimezone(zone).date()


def intervals(
    entries: Iterable[Entry],
    as_of: date,
    zone: ZoneInfo,
    kinds: Collection[str],
    more: Iterable[date] = (),
) -> list[Interval]:
    """Return the intervals in which the register knew the same of the past, the earliest first.

    One begins with the first day on which something was recorded, with each day on which an entry
    of one of the `kinds` was recorded of an earlier day, or a correction, and with each of `more`.
    """
    dated = sorted(((recorded_on(e, zone), e) for e in entries), key=_BY_DAY)
    begun = dated[0][0]
    late = {on for on, e in dated if e.corrects or (on > e.effective_on and e.kind in kinds)}
    starts = sorted({begun} | late | {day for day in more if day > begun})
    ends = [day - _DAY for day in starts[1:]] + [date.max]
    return [
        Interval(start, min(end, as_of), [e for on, e in dated if on <= end])
        for start, end in zip(starts, ends, strict=True)
    ]


class _Run(NamedTuple, Generic[Content]):
    """A run of days, from its first on: what the register says of them, and since when."""

    first: date
    content: Content | None
    recorded_on: date


def statements(known: Iterable[tuple[date, Steps[Content]]]) -> list[Statement[Content]]:
    """Return the statements that follow from what was known, the earliest days first.

    `known` gives the first day of each interval, and what the register said then.
    """
    runs: list[_Run[Content]] = []
    corrected: list[Statement[Content]] = []
    for learned, steps in known:
        corrected += _contradicted(runs, steps, learned)
        runs = _joined(_renewed(runs, steps, learned))
    current = [
        Statement(one.first, last, one.content, max(one.recorded_on, one.first))
        for one, last in _with_last(runs)
        if one.content is not None
    ]
    return sorted([*current, *corrected], key=lambda s: (s.first, s.recorded_on))


def _pieces(
    runs: list[_Run[Content]], steps: Steps[Content], learned: date
) -> Iterator[tuple[date, _Run[Content] | None, Content | None]]:
    """Yield, for each day on which either changes, what was said and what is said now."""
    edges = sorted({learned, *(one.first for one in runs), *(on for on, _ in steps)})
    before, now, old, new = None, None, list(runs), list(steps)
    for edge in edges:
        while old and old[0].first <= edge:
            before = old.pop(0)
        while new and new[0][0] <= edge:
            now = new.pop(0)[1]
        yield edge, before, now


def _renewed(
    runs: list[_Run[Content]], steps: Steps[Content], learned: date
) -> Iterator[_Run[Content]]:
    for edge, before, now in _pieces(runs, steps, learned):
        if before is not None and before.content == now:
            yield _Run(edge, now, before.recorded_on)
        else:
            yield _Run(edge, now, max(learned, edge))


def _joined(runs: Iterable[_Run[Content]]) -> list[_Run[Content]]:
    """Join neighbours that say the same since the same day, or since their own day."""
    joined: list[_Run[Content]] = []
    for one in runs:
        last = joined[-1] if joined else None
        if last is None or last.content != one.content or not _on_time(last, one):
            joined.append(one)
    return joined


def _on_time(before: _Run[Content], after: _Run[Content]) -> bool:
    if before.recorded_on == after.recorded_on:
        return True
    return before.recorded_on <= after.first and after.recorded_on <= after.first


def _with_last(runs: list[_Run[Content]]) -> Iterator[tuple[_Run[Content], date | None]]:
    for at, one in enumerate(runs):
        yield one, runs[at + 1].first - _DAY if at + 1 < len(runs) else None


def _contradicted(
    runs: list[_Run[Content]], steps: Steps[Content], learned: date
) -> Iterator[Statement[Content]]:
    """Yield what was said of days before `learned` and no longer is."""
    gone: list[_Run[Content]] = []
    for edge, before, now in _pieces(runs, steps, learned):
        if before is not None and edge < learned and before.content != now:
            gone.append(before._replace(first=edge))
        else:
            gone.append(_Run(edge, None, edge))
    for one, last in _with_last(_joined(gone)):
        if one.content is not None:
            yield Statement(one.first, last, one.content, max(one.recorded_on, one.first), learned)
