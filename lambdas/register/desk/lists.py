"""The first page of the register desk: what waits, for whom, and what one officer entered alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlencode

from lambdas.register.desk import words
from lambdas.register.desk.shared import DESK, OFFICERS, app, at, context, officer
from lambdas.register.recusals import recusals
from signet.accounts import actions as accounts
from signet.accounts import persons
from signet.errors import FieldError, NotFound
from signet.policy import Policy
from signet.proposals import actions, entering, rules, store
from signet.proposals.entering import Progress
from signet.proposals.model import Content, Proposal, ProposalContext, State
from signet.register import adding
from signet.register.limits import limited_categories
from signet.register.model import Subject
from signet.register.payloads import NUMBER
from signet.search.forms import Search
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.request import Request

RECENT = 20
MOST = 40  # characters of a number that wasn't found
KINDS_TOLD = 3
FEW = 3  # records of a proposal that are checked to see whether it is out of date


class Listed(NamedTuple):
    """A proposal as a list shows it. `why_not` says why this officer can't decide on it."""

    proposal: Proposal
    content: Content
    what: str
    why_not: str
    stale: bool


@app.get(DESK, OFFICERS)
def begin(request: Request) -> Answer:
    """Show everything that waits, and recent decisions."""
    by = officer(request)
    unknown = request.query.get("unknown", "")
    open_ = actions.list_proposals(State.OPEN)
    to_review = actions.list_proposals(store.REVIEW)
    decided = [one for state in DECIDED for one in actions.list_proposals(state, RECENT)]
    decided = sorted(decided, key=_decided_at, reverse=True)[:RECENT]
    approved = actions.list_proposals(State.APPROVED)
    # All at once, so that the officer's recusals are read once.
    seen = {one.id for one in visible(by, [*open_, *to_review, *decided, *approved])}
    waiting, review, shown, entering_ = (
        [_listed(by, one) for one in listed if one.id in seen]
        for listed in (open_, to_review, decided, approved)
    )
    more = {
        "mine": [one for one in waiting if not one.why_not and not one.stale],
        "others": [one for one in waiting if one.why_not and not one.stale],
        "stale": [one for one in waiting if one.stale],
        "entering": [(one, _progress(one)) for one in entering_],
        "review": review,
        "decided": shown,
        "sealed": sum(1 for one in open_ if one.head.sealed),
        "names": _names([*waiting, *entering_, *review, *shown]),
        "unknown": unknown,
        "search": _search(request, unknown),
        "begins": beginnings(unknown),
        "limited": [(one, at("limits", one.code)) for one in limited_categories(by.policy)],
    }
    return Page("register/desk/begin.html", context(request, "Register desk", more))


def _progress(listed: Listed) -> Progress | None:
    many = listed.content.many
    return entering.progress(listed.proposal, many) if many else None


DECIDED = (State.ENTERED, State.REFUSED, State.WITHDRAWN)


def _decided_at(proposal: Proposal) -> str:
    outcome = proposal.head.outcome
    return outcome.at.isoformat() if outcome else ""


def visible(by: ProposalContext, proposals: Iterable[Proposal]) -> list[Proposal]:
    """Return the proposals that an officer may see.

    None that is sealed, about the officer, or one in which they take no part.
    """
    listed = [
        one
        for one in proposals
        if not one.head.sealed and not rules.concerns(one.opened(), by.member)
    ]
    bars, me = recusals(listed), persons.caller(by)
    return [one for one in listed if not bars(me, one)]


def _listed(by: ProposalContext, proposal: Proposal) -> Listed:
    content = proposal.opened()
    barred = rules.barred_from_approving(proposal, content, by)
    return Listed(
        proposal,
        content,
        summary(content, proposal, by.policy),
        barred.why if barred else "",
        proposal.state is State.OPEN and stale(content),
    )


def summary(content: Content, proposal: Proposal, policy: Policy) -> str:
    """Return a short summary of what a proposal enters."""
    if counts := proposal.head.counts:
        return ", ".join(f"{number} {what}" for what, number in counts.items())
    if content.many is not None:
        first = words.counts(content.many.kinds)
        parts = [f"{number:,} × {what[0].lower()}{what[1:]}" for what, number in first[:KINDS_TOLD]]
        return ", ".join(parts) + (" …" if len(first) > KINDS_TOLD else "")
    kinds = dict.fromkeys(
        words.what(record.subject, entry.kind, entry.data, policy)
        for record in content.records
        for entry in record.entries
    )
    return ", ".join(kinds)


def stale(content: Content) -> bool:
    """Tell whether the first records of a proposal were all changed since it was made."""
    looked = content.records[:FEW]
    moved = [adding.held(one.subject, one.number).version != one.version for one in looked]
    return bool(moved) and all(moved)


def _names(listed: Iterable[Listed]) -> dict[str, str]:
    ids = {one.proposal.head.proposed_by for one in listed}
    ids |= {one.proposal.head.outcome.by for one in listed if one.proposal.head.outcome}
    return accounts.names(ids)


@app.get(f"{DESK}find", OFFICERS)
def find(request: Request) -> Answer:
    """Redirect to the record whose number was typed."""
    typed = request.query.get("number", "").strip().upper()
    if address := record_at(typed):
        return SeeOther(address)
    return SeeOther(f"{DESK}?{urlencode({'unknown': typed[:MOST]})}#find")


def record_at(number: str) -> str:
    """Return the address of the record that has a number on the register, or ""."""
    return _record("member", number) or _record("permit", number)


def _search(request: Request, unknown: str) -> FormView:
    """Return the form of the search; with a number that wasn't found, as `find` leads back."""
    if not unknown:
        return blank(Search, request.new_id())
    wrong = (FieldError("wanted", "No record has this number"),)
    return FormView(Search, {"wanted": [unknown]}, wrong, request.new_id())


def beginnings(number: str) -> list[tuple[str, str]]:
    """Return where a record of an unknown number can be begun, as (address, label)."""
    if not NUMBER.fullmatch(number):
        return []
    member, permit = at("records", "member", number), at("records", "permit", number)
    return [
        (f"{member}enter/registration/", f"Register a member {number}"),
        (f"{permit}enter/issue/", f"Issue a permit {number}"),
    ]


def _record(subject: Subject, number: str) -> str:
    try:
        return at("records", subject, number) if adding.held(subject, number).entries else ""
    except NotFound:
        return ""
