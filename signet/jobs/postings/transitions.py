"""Transitions of postings that companies and staff share: shown, sent back, closed (JOB-1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from signet.jobs import store
from signet.jobs.credits import refunds
from signet.jobs.model import Past, Posting, PostingState
from signet.jobs.postings import rules
from signet.transactions.commit import Change
from signet.transactions.context import Context


def live(paid: Posting, context: Context) -> Posting:
    """Return a paid posting as live from its first day on, today at the earliest.

    One that ran before keeps its days.
    """
    if paid.ends_on is not None:
        return paid.model_copy(update={"state": PostingState.LIVE})
    first = rules.first_day(paid, context.today)
    return paid.model_copy(
        update={
            "state": PostingState.LIVE,
            "starts_on": first,
            "ends_on": rules.last_day(first, context.policy.career_centre),
        }
    )


class SentBack(NamedTuple):
    """A posting that is a draft again, what else to write, and how many credits were returned."""

    posting: Posting
    changes: Sequence[Change]
    credits: int


def sent_back(context: Context, before: Posting, words: str = "") -> SentBack:
    """Return a posting that awaited approval as a draft again, with staff's message.

    Its cost is returned, unless it ran before: then its days still count, and it can be submitted
    again for free until they are over.
    """
    new = before.model_copy(update={"state": PostingState.DRAFT, "words": words})
    if before.ends_on is not None:
        return SentBack(new, (), 0)
    back = refunds.returned(context, before.company, before.number, before.spends)
    spent = before.spent - back.entry.credits
    new = new.model_copy(update={"asked_from": None, "spent": spent, "spends": ()})
    return SentBack(new, back.changes, back.credits)


def closed(posting: Posting, today: date) -> Posting:
    """Return a posting as closed."""
    hidden = posting.state is not PostingState.LIVE
    update = {"state": PostingState.CLOSED, "over_on": today, "hidden": hidden}
    return posting.model_copy(update=update)


def past(context: Context, was: Posting, reason: str = "") -> Past:
    """Return what a posting said until now, for its history."""
    return Past(
        terms=was.terms,
        version=was.version,
        until=context.now,
        by=context.account,
        reason=reason,
    )


def moved(before: Posting, new: Posting) -> Change:
    """Return the change that writes a posting as its next version."""
    new = new.model_copy(update={"version": before.version + 1})
    return store.put_posting(new, before)
