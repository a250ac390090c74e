"""How long a member may be in a limited category, such as in training (DES-6).

Nothing ends by itself: people are listed, and staff decide.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from signet.errors import Unavailable
from signet.policy import Policy
from signet.policy.pack import MemberCategory
from signet.register import fold, store
from signet.register.fold import full_name
from signet.register.term import years_later

A_PAGE = 50


class Limit(NamedTuple):
    """The last day in a category, so many years after it began; `extended` only by Council."""

    years: int
    last_day: date
    extended: bool

    def days_left(self, today: date) -> int:
        """Return the days left, not counting today; negative once it has passed."""
        return (self.last_day - today).days


def limits(category: str, since: date, policy: Policy, today: date) -> tuple[Limit, ...]:
    """Return the limits of a category that began on a day, the shortest first; none for most."""
    known = policy.categories.get(category)
    years = [policy.value(rule, today) for rule in known.longest] if known else []
    return tuple(
        Limit(number, years_later(since, number), extended=position > 0)
        for position, number in enumerate(years)
    )


class Person(NamedTuple):
    """A member whose time in a category runs out, or has: the limits, the shortest first."""

    number: str
    name: str
    since: date
    limits: tuple[Limit, ...]


class Page(NamedTuple):
    """A page of a list; `after` is where the next one begins, "" at the end."""

    people: tuple[Person, ...]
    after: str


def running_out(category: str, policy: Policy, today: date, after: str = "") -> Page:
    """Return who has been longest in a category: past its limit, or within a year of it.

    One query of an index that is written with the records. Being listed ends no one's time.
    Raises Unavailable.
    """
    (years, *_) = (policy.value(rule, today) for rule in policy.categories[category].longest)
    soon = today + timedelta(days=policy.value("category_listed_days", today))
    latest = years_later(soon, -years)
    try:
        rows = store.limited(category, latest, after, A_PAGE + 1)
    except store.StoreUnavailable as error:
        raise Unavailable from error
    shown = (_person(one, category, policy, today) for one in rows[:A_PAGE])
    people = tuple(one for one in shown if one and one.limits[0].last_day <= soon)
    return Page(people, rows[A_PAGE - 1].place if len(rows) > A_PAGE else "")


def _person(row: store.Limited, category: str, policy: Policy, today: date) -> Person | None:
    """Return a person of a list, None for one who is in the category on another day only."""
    record = row.body["record"] or {}
    if row.body["next_change_on"]:  # written before: it may have come since
        entries = store.read("member", row.number).entries
        now = fold.member(entries, today)
        if now is None or now.category != category:
            return None
        since, name = now.category_since, full_name(now.given, now.family)
    else:
        since, name = row.since, full_name(record["given"], record["family"])
    return Person(row.number, name, since, limits(category, since, policy, today))


def limited_categories(policy: Policy) -> list[MemberCategory]:
    """Return the categories that have a limit."""
    return [one for one in policy.categories.values() if one.longest]
