"""Staff's search for postings: by words of the title, company or client, and by state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from signet.jobs import store, tables
from signet.jobs.model import Client, Company, Posting, PostingState
from signet.jobs.postings.moderation import AWAITING, LIVE, OVER

PAST_DAYS = 365  # how far back to search postings that are over
_LISTS = {
    PostingState.LIVE: LIVE,
    PostingState.PAUSED: LIVE,
    PostingState.AWAITING: AWAITING,
    PostingState.CLOSED: OVER,
    PostingState.ENDED: OVER,
}
# Drafts aren't searched: they are private to the company until submitted.
STATES = tuple(_LISTS)


class FoundPosting(NamedTuple):
    """A posting, and the names of its company and of its client, if any."""

    posting: Posting
    company: str
    client: str


def find(words: str, state: PostingState | None, today: date) -> list[FoundPosting]:
    """Return the postings with every word in the title, company or client, newest first.

    Words may be parts of words; case is ignored. Without a state, those in any of STATES are
    searched.
    """
    query = words.casefold().split()
    listed = _listed(state, today)
    return [
        posting
        for posting in named(
            sorted(listed, key=lambda one: (one.made_on, one.number), reverse=True)
        )
        if _fits(posting, query)
    ]


def _listed(state: PostingState | None, today: date) -> list[Posting]:
    names = {_LISTS[state]} if state else set(_LISTS.values())
    since = f"{today - timedelta(days=PAST_DAYS)}"
    postings = [
        one
        for name in sorted(names)
        for one in store.listed(Posting, name, after=since if name == OVER else "")
    ]
    return [one for one in postings if state is None or one.state is state]


def named(postings: Sequence[Posting]) -> list[FoundPosting]:
    """Return postings with the names of their companies and clients, in the same order."""
    companies = store.several(
        Company, ((tables.company(one.company), tables.COMPANY) for one in postings)
    )
    keys = [
        (tables.company(one.company), tables.client_key(one.terms.client))
        for one in postings
        if one.terms.client
    ]
    clients = store.several(Client, keys)
    named_postings = []
    for one in postings:
        owner = tables.company(one.company)
        company = companies.get((owner, tables.COMPANY))
        client = clients.get((owner, tables.client_key(one.terms.client)))
        named_postings.append(
            FoundPosting(one, company.name if company else "", client.name if client else "")
        )
    return named_postings


def _fits(found: FoundPosting, wanted: Sequence[str]) -> bool:
    text = f"{found.posting.terms.title} {found.company} {found.client}".casefold()
    return all(word in text for word in wanted)
