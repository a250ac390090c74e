"""How long somebody may be of a category that is limited, such as in training (DES-6).

Nothing ends by itself: people are listed, and staff decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from signet.policy import Policy
from signet.register.term import years_later


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
    held = policy.categories.get(category)
    years = [policy.value(rule, today) for rule in held.longest] if held else []
    return tuple(
        Limit(number, years_later(since, number), extended=position > 0)
        for position, number in enumerate(years)
    )


def limited_categories(policy: Policy) -> Iterator[str]:
    """Yield the categories that have a limit."""
    yield from (code for code, held in policy.categories.items() if held.longest)
