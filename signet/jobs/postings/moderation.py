"""What staff and the scheduler do with postings: approve, refuse, take down, end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from signet.errors import Conflict, NotFound
from signet.jobs import conflicts, store
from signet.jobs.conflicts import Subject
from signet.jobs.context import of_posting, perform_as_staff
from signet.jobs.forms import RefusalDraft
from signet.jobs.model import Posting, PostingState
from signet.jobs.postings import rules
from signet.jobs.postings.postings import PostingVersion, WrongState
from signet.jobs.postings.transitions import closed, live, moved, sent_back
from signet.transactions.context import Context
from signet.transactions.outbox import Mail
from signet.transactions.perform import Plan

AWAITING, LIVE, OVER = "postings#awaiting", "postings#live", "postings#over"
# The states in which the public may have seen a posting.
SHOWN = (PostingState.LIVE, PostingState.PAUSED, PostingState.ENDED, PostingState.CLOSED)


def awaiting(after: str = "", limit: int = 100) -> list[Posting]:
    """Return a page of the postings awaiting approval, by the first day asked for."""
    return store.listed(Posting, AWAITING, after=after, limit=limit)


def count_awaiting(most: int) -> int:
    """Return how many postings await approval, up to `most`."""
    return store.count_listed(AWAITING, most)


def find(number: str) -> Posting:
    """Return a posting by its number, for staff. Raises NotFound."""
    posting = store.by_number(number)
    if posting is None:
        raise NotFound
    return posting


def decide(
    context: Context, number: str, what: str, submitted: Sequence[Any], plan: Callable[[], Plan]
) -> None:
    """Perform a staff operation on a posting. Raises NotFound, Concerned for the company's own."""

    def about() -> Subject:
        return conflicts.of_posting(find(number))

    conflicts.decide(context, about, of_posting(number), what, submitted, plan)


def approve(context: Context, seen: PostingVersion) -> None:
    """Approve a posting, to be shown from today at the earliest.

    Raises NotFound, Conflict, WrongState, Concerned.
    """

    def plan() -> Plan:
        before = _posting_as_seen(seen, PostingState.AWAITING)
        new = live(before, context)
        page_context = {"number": new.number, "title": new.terms.title, "ends_on": f"{new.ends_on}"}
        mail = Mail(address_of(before), "jobs_posting_approved", page_context)
        return Plan("", [moved(before, new)], {"state": new.state}, [mail])

    decide(context, seen.number, "jobs.posting.approved", [seen], plan)


def refuse(context: Context, number: str, draft: RefusalDraft) -> None:
    """Send a posting awaiting approval back as a draft, with a message, and return its credits.

    Credits whose money was refunded aren't returned, nor those of a posting that ran before. Raises
    NotFound, Conflict, WrongState, Concerned.
    """

    def plan() -> Plan:
        before = _posting_as_seen(PostingVersion(number, draft.version), PostingState.AWAITING)
        back = sent_back(context, before, draft.words)
        changes = [moved(before, back.posting), *back.changes]
        mail = _mail(before, draft.words, "jobs_posting_refused")
        spent = 0 if before.ends_on else -sum(one.credits for one in before.spends)
        page_context = {**mail.context, "spent": spent, "back": back.credits}
        return Plan(
            "", changes, {"state": back.posting.state}, [mail._replace(context=page_context)]
        )

    decide(context, number, "jobs.posting.refused", [draft], plan)


def take_down(context: Context, number: str, draft: RefusalDraft) -> None:
    """End a posting, or remove the page that says it has ended, with a message to its company.

    Its page is removed at once; no credits are returned. Raises NotFound, Conflict, WrongState,
    Concerned.
    """

    def plan() -> Plan:
        seen = PostingVersion(number, draft.version)
        before = _posting_as_seen(seen, *SHOWN)
        if before.hidden:
            raise WrongState
        new = closed(before, before.over_on or context.today)
        new = new.model_copy(update={"words": draft.words, "hidden": True})
        mail = _mail(before, draft.words, "jobs_posting_taken_down")
        return Plan("", [moved(before, new)], {"state": new.state}, [mail])

    decide(context, number, "jobs.posting.taken-down", [draft], plan)


def _posting_as_seen(seen: PostingVersion, *states: PostingState) -> Posting:
    posting = find(seen.number)
    if posting.version != seen.version:
        raise Conflict
    if posting.state not in states:
        raise WrongState
    return posting


def _mail(posting: Posting, words: str, template: str) -> Mail:
    context = {"number": posting.number, "title": posting.terms.title, "words": words}
    return Mail(address_of(posting), template, context)


def address_of(posting: Posting) -> str:
    """Return the address for mail about a posting: its author's, or the company's if they left."""
    user = store.user(posting.company, posting.by)
    if user is not None:
        return user.email
    company = store.company(posting.company)
    if company is None:
        raise NotFound
    return company.email


def end(context: Context, limit: int = 100) -> int:
    """End the postings whose last day has passed; return how many were due.

    The scheduler calls it until it returns 0.
    """
    due = store.listed(Posting, LIVE, until=f"{context.today}", limit=limit)
    for posting in due:
        name = f"{posting.number} {posting.version}"
        perform_as_staff(
            context.next(name),
            of_posting(posting.number),
            "jobs.posting.ended",
            [posting.number],
            _ending(context, posting.number),
        )
    return len(due)


def _ending(context: Context, number: str) -> Callable[[], Plan]:
    def plan() -> Plan:
        before = find(number)
        running = before.state in (PostingState.LIVE, PostingState.PAUSED)
        if not running or not rules.is_over(before, context.today):
            return Plan("not over")
        hidden = before.state is PostingState.PAUSED
        update = {"state": PostingState.ENDED, "over_on": before.ends_on, "hidden": hidden}
        new = before.model_copy(update=update)
        return Plan("ended", [moved(before, new)], {"state": new.state})

    return plan
