"""How many viewed a posting and how many applied, by day (JOB-4).

A view is one beacon of a page's script. Nothing is kept of who sent it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from signet.jobs import bots, store
from signet.jobs.model import Posting
from signet.jobs.postings import rules
from signet.jobs.tables import APPLIED, VIEWS


class DayFigures(NamedTuple):
    """What a posting's page saw on a day."""

    day: date
    views: int
    applications: int


def view(posting: Posting, today: date) -> None:
    """Count a view: exact however many come at once."""
    store.count_now(posting.number, today, VIEWS)


def seen(number: str, account: str, agent: str, today: date) -> bool:
    """Count that a posting's page was seen, where it counts; tell whether it did (JOB-4).

    `account` is who is signed in, "" for nobody, `agent` the browser's name for itself. What
    machines and those who act for the company look at doesn't count, nor what isn't shown.
    """
    if bots.is_machine(agent):
        return False
    posting = store.by_number(number)
    if posting is None or not rules.shown(posting, today):
        return False
    if account and store.user(posting.company, account) is not None:
        return False
    view(posting, today)
    return True


def of(number: str, first: date, last: date) -> list[DayFigures]:
    """Return a posting's figures of each day from one to another, days without any too."""
    counts = store.counts(number)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    nothing = {VIEWS: 0, APPLIED: 0}
    return [
        DayFigures(day, found[VIEWS], found[APPLIED])
        for day in days
        for found in (counts.get(day, nothing),)
    ]


def totals(number: str) -> tuple[int, int]:
    """Return how often a posting was viewed and applied to in all."""
    counts = store.counts(number).values()
    return sum(day[VIEWS] for day in counts), sum(day[APPLIED] for day in counts)
