"""The register entries that an approved request proposes, and their second officer (T30).

The decision and the proposal are one transaction, and so are the second officer's approval, the
entries and the request's event. Proposals of requests are approved here alone, so that a request
that was withdrawn can't be entered.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel

from signet.errors import NotFound, Refused
from signet.proposals import actions
from signet.proposals import store as proposals
from signet.proposals.model import (
    Content,
    Difference,
    NewProposal,
    Outcome,
    Proposal,
    ProposalContext,
    ProposedRecord,
    State,
)
from signet.proposals.writing import with_outcome
from signet.register import adding
from signet.requests import letters
from signet.requests.model import Event, What
from signet.requests.operation import (
    Case,
    Step,
    answers_of,
    asking,
    change,
    check_joined,
    check_not_held,
    check_seen,
    event,
    officer,
    subject_of,
    to_owner,
)
from signet.requests.stage import Stage
from signet.transactions import audit
from signet.transactions.commit import Change, Save, digest_of
from signet.transactions.context import Context

RULE = "T30"


class Waiting(NamedTuple):
    """The entries that wait for a second officer: `why_not` says why this one can't approve."""

    proposal: Proposal
    content: Content
    why_not: str
    stale: bool


def prepare(
    context: Context,
    case: Case,
    given: BaseModel | None = None,
    difference: Difference | None = None,
) -> tuple[str, list[Change]]:
    """Return the proposal of what a request asks, for the decision's transaction; "" for none.

    Raises Refused when a rule of the register forbids it, Invalid, NotAllowed, Unavailable.
    """
    entries = case.kind.entries(asking(context, case), answers_of(case), given)
    if not entries:
        return "", []
    id_ = digest_of("request", case.file.id, case.file.version, context.operation)[:32]
    new = NewProposal(
        records=entries,
        authority=case.policy.cites,
        source=subject_of(case.file.id),
        evidence_digest=digest_of(case.file.sections, case.file.documents),
        decided_by=(context.account,),
        concerned=_concerned(case),
    )
    ready = actions.prepare(_proposer(context, difference), id_, new)
    return ready.id, [*ready.changes]


def _concerned(case: Case) -> tuple[str, ...]:
    kind, _, number = case.file.head.subject.partition("#")
    return (number,) if kind == "member" else ()


def _proposer(context: Context, difference: Difference | None = None) -> ProposalContext:
    salt = digest_of("request", context.operation)
    return ProposalContext.of(context, salt=salt, difference=difference)


def waiting(context: Context, case: Case) -> Waiting | None:
    """Return the entries of a request that wait for a second officer, or None."""
    approval = case.file.last(What.APPROVED)
    if case.standing.stage is not Stage.APPROVAL or approval is None:
        return None
    proposal = actions.get(approval.proposal)
    content = proposal.opened()
    why_not = actions.why_barred(_proposer(context), proposal, content)
    stale = any(
        adding.held(record.subject, record.number).version != record.version
        for record in content.records
    )
    return Waiting(proposal, content, why_not, stale)


def approve(context: Context, id_: str, seen: int, hash_: str) -> None:
    """Enter what was decided, exactly as it was shown to the second officer; with its letter.

    Raises NotAllowed for who decided it and whom it concerns, Conflict for another hash, Stale when
    the record changed since, Refused when nothing waits or a rule forbids it; Unavailable.
    """

    def step(case: Case) -> Step:
        officer(context, case, case.policy.deciders)
        proposal = _proposal_of(case)
        check_not_held(case)
        decided = actions.prepare_approval(_proposer(context), proposal, hash_)
        joined = check_joined(case)
        after = case.file.next(event(context, What.ENTERED))
        check_seen(case, seen)
        letter = letters.add(context, case, after, _approval(case), _entered(proposal, decided))
        line = Save(audit.row(decided.line, context.operation))
        changes = [*decided.changes, line, *letter, *joined]
        return Step(after, changes, to_owner(case, "request_decided"))

    change(context, id_, "request-entered", [hash_], step, seen=seen)


def refuse(context: Context, id_: str, seen: int, reason: str) -> None:
    """Don't enter what was decided: it goes back to those who decide, with the reason.

    Who decided it may do so too, such as when the record changed since. Raises as `approve`.
    """

    def step(case: Case) -> Step:
        officer(context, case, case.policy.deciders)
        proposal = _proposal_of(case)
        own = context.account == actions.get(proposal).head.proposed_by
        close = actions.prepare_withdrawal if own else actions.prepare_refusal
        decided = close(_proposer(context), proposal, reason)
        after = case.file.next(event(context, What.NOT_ENTERED, text=reason))
        return Step(after, [*decided.changes, Save(audit.row(decided.line, context.operation))])

    change(context, id_, "request-not-entered", [reason], step, seen=seen)


def _approval(case: Case) -> Event:
    """Return the approval whose entries wait for a second officer. Raises Refused for none."""
    approval = case.file.last(What.APPROVED)
    if case.standing.stage is not Stage.APPROVAL or approval is None:
        raise Refused("No entry waits for approval.", rule=RULE)
    return approval


def _proposal_of(case: Case) -> str:
    return _approval(case).proposal


def _entered(proposal: str, decided: actions.Decided) -> list[ProposedRecord]:
    """Return what an approval enters, without the records that fell out."""
    records = actions.get(proposal).opened().records
    return [one for one in records if one.key in decided.outcome.entered]


def withdrawn(context: Context, case: Case) -> list[Change]:
    """Return the changes that close the entries of a request that its owner withdraws."""
    try:
        proposal = actions.get(_proposal_of(case))
    except NotFound:
        return []
    outcome = Outcome(state=State.WITHDRAWN, by=context.account, at=context.now)
    return [proposals.save(with_outcome(proposal, outcome))]
