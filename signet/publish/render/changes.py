"""The recent changes: every one of the last days, with important ones never left out.

A first load brings hundreds of thousands of entries in a day. Of routine changes, which only add to
the register (registrations, designations, places), a limited number is listed for each day, and the
others are counted; a suspension, a condition, a decision, a correction is always listed, on as many
pages as it takes.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain

from signet.publish.public import Change

DAYS = 30  # the recent days, of which each change is retained
ROUTINE_A_DAY = 600  # routine changes listed for a day; the others are counted
OLDER = 200  # changes listed in all, with older ones, when the recent days have fewer
PAGE = 200  # changes on a page
ROUTINE = frozenset(
    (
        *("registered", "category_changed", "designation_granted", "scope_granted", "moved"),
        *("disciplines_changed", "other_name_added", "issued", "renewed", "fields_changed"),
        *("operating_names_changed", "responsible_member_added"),
    )
)


def since(as_of: date) -> str:
    """Return the first of the recent days, of which each change is retained."""
    return (as_of - timedelta(days=DAYS - 1)).isoformat()


def order(change: Change) -> tuple[str, str, str, int]:
    """Return the sort key of a change: when it became visible here, then when it was recorded."""
    return (change.published_on, change.recorded_at, change.number, change.place)


@dataclass(slots=True)
class Recent:
    """The newest changes among those added, unordered and limited in number."""

    first: str = ""  # the first recent day, ISO
    told: list[Change] = field(default_factory=list)
    routine: dict[str, list[Change]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)  # of the routine changes, by day
    older: list[Change] = field(default_factory=list)

    def add(self, changes: Iterable[Change]) -> None:
        """Add changes."""
        older = []
        for change in changes:
            day = change.published_on
            if day < self.first:
                older.append(change)
            elif change.entry_kind in ROUTINE and not change.corrected:
                self.counts[day] += 1
                self.routine.setdefault(day, []).append(change)
            else:
                self.told.append(change)
        self._trim(older)

    def merge(self, other: Recent) -> None:
        """Add the changes that another instance collected of the same days."""
        self.told += other.told
        self.counts.update(other.counts)
        for day, changes in other.routine.items():
            self.routine.setdefault(day, []).extend(changes)
        self._trim(other.older)

    def _trim(self, older: list[Change]) -> None:
        for day, changes in self.routine.items():
            if len(changes) > ROUTINE_A_DAY:
                self.routine[day] = heapq.nlargest(ROUTINE_A_DAY, changes, key=order)
        if older:
            self.older = heapq.nlargest(OLDER, [*self.older, *older], key=order)

    def days(self) -> list[Day]:
        """Return the days, the newest first, each with its changes in order.

        Days before the last thirty are included only where those have few changes, and only whole
        days.
        """
        by_day: dict[str, list[Change]] = {}
        for change in chain(self.told, *self.routine.values(), self._whole_older_days()):
            by_day.setdefault(change.published_on, []).append(change)
        return [
            Day(day, tuple(sorted(by_day[day], key=order, reverse=True)), self._left(day))
            for day in sorted(by_day, reverse=True)
        ]

    def _left(self, day: str) -> int:
        return self.counts[day] - len(self.routine.get(day, ()))

    def _whole_older_days(self) -> list[Change]:
        """Return the changes before the recent days that there is room for, in whole days."""
        room = OLDER - len(self.told) - sum(map(len, self.routine.values()))
        ordered = sorted(self.older, key=order, reverse=True)
        changes = ordered[: max(room, 0)]
        if not changes or len(changes) == len(ordered) < OLDER:
            return changes
        cut = ordered[min(len(changes), len(ordered) - 1)].published_on
        return [change for change in changes if change.published_on != cut] or changes


@dataclass(frozen=True, slots=True)
class Day:
    """The changes of a day, the newest first; `more` is the number of routine ones not listed."""

    day: str
    changes: tuple[Change, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """A page of changes: its days, the other pages of its day, and the days with own pages."""

    path: str
    days: tuple[Day, ...]
    pages: tuple[tuple[int, str], ...] = ()  # of a day that has several
    at: int = 1
    whole: str = ""  # address of the last day's own page, when it is cut off here
    other_days: tuple[tuple[str, str, int], ...] = ()  # day, address, how many


BASE = "/register/changes/"


def pages(days: list[Day], first: str) -> Iterator[ChangesPage]:
    """Yield the newest days as the page of changes, then each recent day's own pages."""
    own = [day for day in days if day.day >= first]
    yield _front(days, {day.day for day in own})
    for day in own:
        yield from _of_day(day)


def _address(day: str, number: int = 1) -> str:
    return f"{BASE}{day}/" if number == 1 else f"{BASE}{day}/{number}/"


def _parts(day: Day) -> list[tuple[Change, ...]]:
    return [day.changes[at : at + PAGE] for at in range(0, len(day.changes), PAGE)]


def _front(days: list[Day], own: set[str]) -> ChangesPage:
    shown: list[Day] = []
    whole = ""
    room = PAGE
    for day in days:
        if room <= 0 and day.day in own:
            break
        room -= len(day.changes)
        if len(day.changes) > PAGE:
            whole = _address(day.day)
            day = Day(day.day, day.changes[:PAGE])
        shown.append(day)
    others = tuple(
        (day.day, _address(day.day), len(day.changes) + day.more) for day in days if day.day in own
    )
    return ChangesPage(BASE, tuple(shown), whole=whole, other_days=others)


def _of_day(day: Day) -> Iterator[ChangesPage]:
    parts = _parts(day)
    links = tuple((number, _address(day.day, number)) for number in range(1, len(parts) + 1))
    for number, part in enumerate(parts, 1):
        more = day.more if number == len(parts) else 0
        yield ChangesPage(
            path=_address(day.day, number),
            days=(Day(day.day, part, more),),
            pages=links if len(links) > 1 else (),
            at=number,
        )
