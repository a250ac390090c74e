"""A company's operations on its postings (JOB-1). docs/careers.md has a diagram of the states.

Each operation names the version that the user saw, so that nobody overwrites a colleague's changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from signet.errors import Conflict, FieldError, Invalid, NotFound, Refused
from signet.jobs import places, store, tables
from signet.jobs.context import Employer, for_company, of_posting
from signet.jobs.credits import ledger
from signet.jobs.credits.grants import cause
from signet.jobs.forms import ExtensionDraft, PostingDraft, PostingEdit
from signet.jobs.model import OVER, EntryKind, Past, Posting, PostingState, Terms
from signet.jobs.postings import checks, rules
from signet.jobs.postings.transitions import closed, live, moved, past, sent_back
from signet.transactions.commit import Change
from signet.transactions.perform import Plan


class PostingVersion(NamedTuple):
    """A posting's number and the version that the user saw."""

    number: str
    version: int


class WrongState(Refused):
    """The posting isn't in a state that allows this."""

    code = "wrong-state"
    usual = "This can't be done with the posting as it stands."


def listed(who: Employer) -> list[Posting]:
    """Return the postings that the user may act on, newest first."""
    postings = [one for one in store.postings(who.company) if who.may_post_for(one.terms.client)]
    return sorted(postings, key=lambda one: (one.made_on, one.number), reverse=True)


def find(who: Employer, number: str) -> Posting:
    """Return a posting of the company that the user may act on. Raises NotFound."""
    posting = store.posting(who.company, number)
    if posting is None:
        raise NotFound
    return who.sees(posting)


def history(who: Employer, number: str) -> list[Past]:
    """Return what a posting said before each edit made while it was shown. Raises NotFound."""
    find(who, number)
    return store.history(who.company, number)


def add(who: Employer, draft: PostingDraft) -> str:
    """Store a new draft, which is free; return its number. Raises Invalid."""

    def plan() -> Plan:
        return _new(sketch(who, draft))

    return for_company(who, "jobs.posting.added", [draft], plan)


def sketch(who: Employer, draft: PostingDraft, number: str = "") -> Posting:
    """Return a posting as a draft would make it, for a preview; nothing is stored. Raises Invalid.

    With a number it is that posting as an edit would leave it. Raises NotFound.
    """
    posting = find(who, number) if number else None
    terms, context = _terms(who, draft, posting), who.context
    if posting is not None:
        return posting.model_copy(update={"terms": terms})
    return Posting(
        number=rules.posting_number(context.operation),
        company=who.company,
        terms=terms,
        made_on=context.today,
        by=context.account,
        asked_from=draft.starts_on,
    )


def copy(who: Employer, number: str) -> str:
    """Create a new draft with the same content as a posting; return its number. Raises NotFound."""

    def plan() -> Plan:
        terms, context = find(who, number).terms, who.context
        posting = Posting(
            number=rules.posting_number(context.operation),
            company=who.company,
            terms=terms,
            made_on=context.today,
            by=context.account,
        )
        return _new(posting)

    return for_company(who, "jobs.posting.copied", [number], plan)


def _new(posting: Posting) -> Plan:
    home = store.claim_name(tables.posting(posting.number), tables.HOME, posting.company)
    changes = [store.put_posting(posting, None), home]
    return Plan(posting.number, changes, {"posting": posting.number})


def _terms(who: Employer, draft: PostingDraft, posting: Posting | None = None) -> Terms:
    """Return the content of a posting. Its present place or client may be off the list by now."""
    there = places.listed(who.context.policy.career_centre)
    if posting is not None:
        there = [
            one.model_copy(update={"active": True}) if one.slug == posting.terms.place else one
            for one in there
        ]
    policy, today = who.context.policy, who.context.today
    if posting is not None and posting.asked_from == draft.starts_on:
        draft = draft.model_copy(update={"starts_on": None})  # it was checked on its own day
    terms = rules.terms(draft, policy, there, today)
    if not who.may_post_for(terms.client):
        raise Invalid(FieldError("client", "Choose one of your clients"), rule="JOB-3")
    chosen = terms.client and (posting is None or posting.terms.client != terms.client)
    if chosen and checks.client(who, terms.client) is None:
        raise Invalid(FieldError("client", "Choose one of your clients"), rule="JOB-3")
    return terms


def edit(who: Employer, number: str, draft: PostingEdit) -> None:
    """Change the content of a posting (JOB-1). What the public saw before is stored.

    If staff have to approve postings, a running posting awaits approval again and its days still
    count. Raises NotFound, Conflict, WrongState, Invalid.
    """

    def plan() -> Plan:
        before = _posting_as_seen(who, PostingVersion(number, draft.version))
        if before.state not in rules.EDITABLE or rules.is_over(before, who.context.today):
            raise WrongState
        new = before.model_copy(update={"terms": _terms(who, draft, before)})
        changes: list[Change] = []
        if before.state is PostingState.DRAFT:
            new = new.model_copy(update={"asked_from": draft.starts_on})
        else:
            new = new.model_copy(update={"edited_at": who.context.now})
            changes.append(store.put_past(past(who.context, before), before))
            if who.context.policy.career_centre.approval and new.terms != before.terms:
                new = new.model_copy(update={"state": PostingState.AWAITING, "words": ""})
        return _moved(before, new, changes)

    _perform(who, number, "edited", [draft], plan)


def remove(who: Employer, seen: PostingVersion) -> None:
    """Delete a draft that never ran. Raises NotFound, Conflict, WrongState."""

    def plan() -> Plan:
        before = _posting_as_seen(who, seen)
        if before.state is not PostingState.DRAFT or before.ends_on is not None:
            raise WrongState
        owner, sort_key = tables.company(who.company), tables.posting_key(seen.number)
        changes = [
            store.remove(owner, sort_key, before.version),
            store.remove(tables.posting(seen.number), tables.HOME),
        ]
        return Plan("", changes, {"posting": seen.number})

    _perform(who, seen.number, "removed", [seen], plan)


def publish(who: Employer, seen: PostingVersion) -> PostingState:
    """Publish a draft, or submit it if staff have to approve; return its new state (JOB-1).

    Its credits are spent in the same transaction; one that was sent back while it ran is paid for
    already. Raises NoCredit, NotFound, Conflict, WrongState, and Invalid if its client or place
    can't be chosen any more.
    """

    def plan() -> Plan:
        before = _posting_as_seen(who, seen)
        if before.state is not PostingState.DRAFT:
            raise WrongState
        context = who.context
        changes = checks.check(who, before.terms)
        sent = before.model_copy(update={"state": PostingState.AWAITING, "words": ""})
        if not rules.paid(before, context.today):
            why = cause(context, EntryKind.SPEND, before.number)
            stored = store.credits_of(who.company)
            spend = ledger.spend_credits(stored, context.policy.career_centre.posting_credits, why)
            changes += ledger.put(who.company, spend)
            update = {
                "asked_from": rules.first_day(before, context.today),
                "starts_on": None,
                "ends_on": None,
                "spent": before.spent - spend.entry.credits,
                "spends": spend.entry.lots,
            }
            sent = sent.model_copy(update=update)
        new = sent if context.policy.career_centre.approval else live(sent, context)
        return _moved(before, new, changes, str(new.state))

    return PostingState(_perform(who, seen.number, "published", [seen], plan))


def take_in(who: Employer, seen: PostingVersion) -> None:
    """Turn a posting awaiting approval into a draft again, and return its credits.

    Raises NotFound, Conflict, WrongState.
    """

    def plan() -> Plan:
        before = _posting_as_seen(who, seen)
        if before.state is not PostingState.AWAITING:
            raise WrongState
        back = sent_back(who.context, before)
        return _moved(before, back.posting, back.changes)

    _perform(who, seen.number, "taken-in", [seen], plan)


def extend(who: Employer, number: str, draft: ExtensionDraft) -> int:
    """Extend a posting to a new last day, for credits; return how many it cost (JOB-1).

    Raises NoCredit, CostsMore, NotFound, Conflict, Refused, Invalid.
    """

    def plan() -> Plan:
        before = _posting_as_seen(who, PostingVersion(number, draft.version))
        context = who.context
        cost = rules.extension_cost(
            before, draft.ends_on, context.today, context.policy.career_centre
        )
        over = rules.is_over(before, context.today)
        new = before.model_copy(
            update={
                "state": PostingState.LIVE if over else before.state,
                "ends_on": draft.ends_on,
                "over_on": None,
                "hidden": False,
                "spent": before.spent + cost,
            }
        )
        changes: list[Change] = []
        if cost:
            why = cause(context, EntryKind.SPEND, number)
            spend = ledger.spend_credits(store.credits_of(who.company), cost, why)
            changes = ledger.put(who.company, spend)
        if draft.most is not None and cost > draft.most:
            raise ledger.CostsMore(cost)
        return _moved(before, new, changes, str(cost))

    return int(_perform(who, number, "extended", [draft], plan))


def pause(who: Employer, seen: PostingVersion) -> None:
    """Hide a live posting for a while; its days still count. Raises as `edit`."""
    _turn(who, seen, "paused", PostingState.LIVE, PostingState.PAUSED)


def resume(who: Employer, seen: PostingVersion) -> None:
    """Show a paused posting again. Raises as `edit`."""
    _turn(who, seen, "resumed", PostingState.PAUSED, PostingState.LIVE)


def _turn(
    who: Employer, seen: PostingVersion, what: str, from_: PostingState, into: PostingState
) -> None:
    def plan() -> Plan:
        before = _posting_as_seen(who, seen)
        if before.state is not from_ or rules.is_over(before, who.context.today):
            raise WrongState
        return _moved(before, before.model_copy(update={"state": into}))

    _perform(who, seen.number, what, [seen], plan)


def close(who: Employer, seen: PostingVersion) -> None:
    """End a running posting before its last day, for good. Raises as `edit`."""

    def plan() -> Plan:
        before = _posting_as_seen(who, seen)
        today = who.context.today
        if before.state in OVER or not rules.paid(before, today):
            raise WrongState
        return _moved(before, closed(before, today))

    _perform(who, seen.number, "closed", [seen], plan)


def _posting_as_seen(who: Employer, seen: PostingVersion) -> Posting:
    posting = find(who, seen.number)
    if posting.version != seen.version:
        raise Conflict
    return posting


def _moved(before: Posting, new: Posting, changes: Sequence[Change] = (), result: str = "") -> Plan:
    return Plan(result, [moved(before, new), *changes], {"state": str(new.state)})


def _perform(
    who: Employer, number: str, what: str, submitted: Sequence[Any], plan: Callable[[], Plan]
) -> str:
    return for_company(who, f"jobs.posting.{what}", [number, *submitted], plan, of_posting(number))
