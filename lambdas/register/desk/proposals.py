"""One proposal: shown in full, then approved, refused, withdrawn or reviewed."""

from __future__ import annotations

from lambdas.register.desk import forms, later, words
from lambdas.register.desk import many as in_parts
from lambdas.register.desk.lists import FEW, stale, summary, visible
from lambdas.register.desk.shared import DESK, OFFICERS, app, at, context, officer
from lambdas.register.desk.sources import check_beside, check_of, of_request, request_page, tell
from lambdas.register.recusals import recusals
from signet.accounts import actions as accounts
from signet.errors import Invalid, NotFound
from signet.proposals import actions, alone, deciders, rules
from signet.proposals.model import (
    Content,
    NewProposal,
    Proposal,
    ProposalContext,
    ProposedEntry,
    ProposedRecord,
    State,
)
from signet.proposals.preparing import wanted
from signet.register import adding
from signet.register.model import Entry
from signet.transactions import audit
from signet.transactions.audit import Audit
from signet.web.answer import Answer, Page, SeeOther
from signet.web.form_view import FormView, blank
from signet.web.forms import read
from signet.web.request import Request, id_of

PROPOSAL = f"{DESK}proposals/<proposal>/"


def _seen(by: ProposalContext, text: str) -> Proposal:
    """Return a proposal that this officer may see, after logging the viewing."""
    proposal = actions.get(id_of(text))
    if not visible(by, [proposal]):
        raise NotFound
    line = Audit(actions.subject_of(proposal.id), "proposal-seen", by.account, by.now)
    audit.note(line, by.operation)
    return proposal


@app.get(PROPOSAL, OFFICERS)
def show(request: Request, proposal: str) -> Answer:
    """Show all that an approver approves: names, authority, evidence, pages before and after."""
    by = officer(request)
    stored = _seen(by, proposal)
    content = stored.opened()
    many, part = content.many, None
    if many is not None:
        part = in_parts.shown(stored, many, request.query.get("page", ""))
    more = {
        "proposal": stored,
        "content": content,
        "records": [(one, _entries(one, by)) for one in (part or content).records],
        "ended_by": _ended_by(by, stored, content),
        "many": many,
        "part": part,
        "kinds": words.counts(many.kinds) if many else [],
        "fell_out_shown": in_parts.FELL_OUT_SHOWN,
        "approve": blank(forms.Approve, request.new_id(), hash=stored.head.hash),
        "act": request.new_id(),
        "why_not": actions.why_barred(by, stored, content),
        "own": stored.head.proposed_by == by.account and not of_request(stored),
        "request_at": request_page(content.source) if of_request(stored) else "",
        "stale": stored.state is State.OPEN and stale(content),
        "overdue": stored.overdue(by.now),
        "approvers": [] if stored.state is not State.OPEN else _approvers(by, stored, content),
        "names": _names(stored, content),
    }
    title = "Import" if many else summary(content, stored, by.policy) or "Proposal"
    return Page("register/desk/proposal.html", context(request, title, more))


def _ended_by(
    by: ProposalContext, stored: Proposal, content: Content
) -> dict[str, list[tuple[str, Entry]]]:
    """Return what ends a proposed status on a later day, by record; of a few records only."""
    if stored.state is not State.OPEN or len(content.records) > FEW:
        return {}
    return {
        one.key: later.ended_by(
            adding.held(one.subject, one.number).entries, one.entries, by.policy, by.today
        )
        for one in content.records
    }


Shown = list[tuple[str, ProposedEntry, list[tuple[str, str]]]]


def _entries(record: ProposedRecord, by: ProposalContext) -> Shown:
    """Return a record's proposed entries: the kind in words, the entry, and its fields."""
    corrects = any(one.corrects for one in record.entries)
    stored = adding.held(record.subject, record.number).entries if corrects else []
    return [
        (
            words.what(record.subject, one.kind, one.data, by.policy),
            one,
            [
                *words.fields(record.subject, one.data, by.policy),
                *words.replaced(one, stored, by.policy),
            ],
        )
        for one in record.entries
    ]


def _approvers(by: ProposalContext, proposal: Proposal, content: Content) -> list[str]:
    """Return the addresses of those who may approve it, as far as their accounts show."""
    bars = recusals([proposal])
    return [
        one.email
        for one in deciders.approvers(by, content.source)
        if one.id not in (proposal.head.proposed_by, *content.decided_by)
        and not rules.concerns(content, one.member or "")
        and not bars(one, proposal)
    ]


def _names(proposal: Proposal, content: Content) -> dict[str, str]:
    ids = {content.proposed_by, *content.decided_by}
    ids |= {proposal.head.outcome.by} if proposal.head.outcome else set()
    ids |= {proposal.head.review.by} if proposal.head.review else set()
    return accounts.names(ids)


@app.post(f"{PROPOSAL}approve", OFFICERS)
def approve(request: Request, proposal: str) -> Answer:
    """Approve the proposal and enter exactly what was shown."""
    shown = read(forms.Approve, request.form).hash
    by = officer(request)
    actions.approve(by, id_of(proposal), shown, check=check_of(by), tell=tell)
    saved = in_parts.enter_some(by, proposal)
    return SeeOther(f"{at('proposals', proposal)}?saved={saved}")


@app.get(f"{PROPOSAL}refuse/", OFFICERS)
def ask_refusal(request: Request, proposal: str) -> Answer:
    """Ask why the proposal is refused."""
    return _words_page(request, proposal, "refuse", blank(forms.Refuse, request.new_id()))


@app.post(f"{PROPOSAL}refuse/", OFFICERS)
def refuse(request: Request, proposal: str) -> Answer:
    """Refuse the proposal."""
    try:
        reason = read(forms.Refuse, request.form).reason
        by = officer(request)
        actions.refuse(by, id_of(proposal), reason, check=check_of(by), tell=tell)
    except Invalid as error:
        form = FormView.again(forms.Refuse, request.form, error, request.operation_id)
        return _words_page(request, proposal, "refuse", form, error.status)
    return SeeOther(f"{at('proposals', proposal)}?saved=refused")


@app.get(f"{PROPOSAL}review/", OFFICERS)
def ask_review(request: Request, proposal: str) -> Answer:
    """Ask what the review looked at."""
    return _words_page(request, proposal, "review", blank(forms.Reviewed, request.new_id()))


@app.post(f"{PROPOSAL}review/", OFFICERS)
def review(request: Request, proposal: str) -> Answer:
    """Record that a second officer reviewed what one entered alone."""
    try:
        remark = read(forms.Reviewed, request.form).remark
        by = officer(request)
        alone.review(by, id_of(proposal), remark, check=check_of(by))
    except Invalid as error:
        form = FormView.again(forms.Reviewed, request.form, error, request.operation_id)
        return _words_page(request, proposal, "review", form, error.status)
    return SeeOther(f"{at('proposals', proposal)}?saved=reviewed")


TITLES = {"refuse": "Refuse the proposal", "review": "Review the entry"}


def _words_page(
    request: Request, proposal: str, what: str, form: FormView, status: int = 200
) -> Page:
    by = officer(request)
    stored = actions.get(id_of(proposal))
    if not visible(by, [stored]):
        raise NotFound
    title = summary(stored.opened(), stored, by.policy) or "Proposal"
    more = {"proposal": stored, "form": form, "what": what, "about": title}
    above = (title, at("proposals", proposal))
    return Page("register/desk/words.html", context(request, TITLES[what], more, above), status)


@app.post(f"{PROPOSAL}withdraw", OFFICERS)
def withdraw(request: Request, proposal: str) -> Answer:
    """Withdraw the officer's own proposal."""
    check_beside(actions.get(id_of(proposal)).head.source)
    actions.withdraw(officer(request), id_of(proposal))
    return SeeOther(f"{at('proposals', proposal)}?saved=withdrawn")


@app.post(f"{PROPOSAL}again", OFFICERS)
def propose_again(request: Request, proposal: str) -> Answer:
    """Propose the same entries for the current records; the outdated proposal stays."""
    by = officer(request)
    stored = _visible(by, proposal)
    check_beside(stored.head.source)
    proposal_id = actions.propose(by, _renewed(stored))
    return SeeOther(f"{at('proposals', proposal_id)}?saved=proposed")


def _visible(by: ProposalContext, text: str) -> Proposal:
    proposal = actions.get(id_of(text))
    if not visible(by, [proposal]):
        raise NotFound
    return proposal


def _renewed(proposal: Proposal) -> NewProposal:
    content = proposal.opened()
    left_out = proposal.head.outcome.fell_out if proposal.head.outcome else ()
    return NewProposal(
        records=[wanted(one) for one in content.records if not left_out or one.key in left_out],
        authority=content.authority,
        source=content.source,
        evidence=content.evidence,
        decided_by=content.decided_by,
        concerned=content.concerned,
    )
