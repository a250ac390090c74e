"""How many people viewed a posting and how many applied, by day (JOB-4).

A view is one beacon sent by the page's script. Nothing about its sender is stored.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from signet.jobs import bots, store
from signet.jobs.model import Posting
from signet.jobs.postings import rules
from signet.jobs.tables import APPLIED, VIEWS


class DayFigures(NamedTuple):
    """A posting's views and applications on a day."""

    day: date
    views: int
    applications: int


def view(posting: Posting, today: date) -> None:
    """Count a view; the count is exact however many come at once."""
    store.count_now(posting.number, today, VIEWS)


def count_view(number: str, account: str, agent: str, today: date) -> bool:
    """Count a view of a posting's page if it qualifies; tell whether it did (JOB-4).

    `account` is the signed-in account or "", `agent` the browser's user agent. Views by bots and by
    the company's own users don't count, nor views of a posting that isn't shown.
    """
    if bots.is_machine(agent):
        return False
    posting = store.by_number(number)
    if posting is None or not rules.is_shown(posting, today):
        return False
    if account and store.user(posting.company, account) is not None:
        return False
    view(posting, today)
    return True


def of(number: str, first: date, last: date) -> list[DayFigures]:
    """Return a posting's figures for each day of a period, including days without any."""
    counts = store.counts(number)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    nothing = {VIEWS: 0, APPLIED: 0}
    return [
        DayFigures(day, counts_of[VIEWS], counts_of[APPLIED])
        for day in days
        for counts_of in (counts.get(day, nothing),)
    ]


def totals(number: str) -> tuple[int, int]:
    """Return a posting's total views and applications."""
    counts = store.counts(number).values()
    return sum(day[VIEWS] for day in counts), sum(day[APPLIED] for day in counts)
