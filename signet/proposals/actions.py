"""Operations on proposals: propose, approve, refuse, withdraw, take an entry back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from signet.accounts import persons
from signet.errors import Conflict, NotAllowed, NotFound, Refused
from signet.proposals import preparing, rules, store
from signet.proposals.model import (
    Content,
    Many,
    NewProposal,
    Outcome,
    Proposal,
    ProposalContext,
    State,
    Wanted,
    hash_of,
)
from signet.proposals.store import get as get
from signet.proposals.store import list_proposals as list_proposals
from signet.proposals.store import of_source as of_source
from signet.proposals.writing import (
    audit_line,
    command,
    entered,
    mail_to_proposer,
    new_proposal,
    outcome_of,
    record_detail,
    record_keys,
    submitted,
    with_outcome,
)
from signet.proposals.writing import subject_of as subject_of
from signet.register import actions as register
from signet.register import adding
from signet.register.model import Subject
from signet.transactions.audit import Audit
from signet.transactions.commit import Change
from signet.transactions.outbox import Mail
from signet.transactions.perform import ONCE, Plan, perform

Check = Callable[[Proposal, Content], None]
Tell = Callable[[Proposal, Outcome], Sequence[Mail]]  # whom besides the proposer to notify


def no_mail(proposal: Proposal, outcome: Outcome) -> Sequence[Mail]:
    """Return no mail, for proposals that nobody but the proposer waits for."""
    del proposal, outcome
    return ()


class Prepared(NamedTuple):
    """A proposal to be written within the caller's transaction: its id, hash and changes.

    `content` is what was hashed; a domain that proposes something sealed stores it.
    """

    id: str
    hash: str
    content: str
    changes: list[Change]


def prepare(officer: ProposalContext, id_: str, new: NewProposal) -> Prepared:
    """Return a new proposal with this id, for a transaction that holds more.

    The id is 32 hexadecimal digits: random, or derived from its source, so that a retry gives the
    same one. Raises NotAllowed, Invalid, Refused, Unavailable.
    """
    content = preparing.content_of(officer, new).model_dump_json()
    proposal = new_proposal(officer, id_, new, content)
    return Prepared(
        id_, proposal.head.hash, content, [store.save(proposal), *store.portions(proposal)]
    )


def propose(officer: ProposalContext, new: NewProposal, mail: Sequence[Mail] = ()) -> str:
    """Write a proposal and return its id, also when it was written before. Raises as `prepare`."""
    id_ = officer.operation

    def plan() -> Plan:
        ready = prepare(officer, id_, new)
        detail = {"source": new.source, "records": record_keys(new)}
        return Plan(ready.id, ready.changes, detail, mail)

    proposing = command(officer, id_, "proposal-proposed", "propose", submitted(new))
    return perform(officer, proposing, plan, tries=ONCE)


class Decided(NamedTuple):
    """A decision on a proposal, to be written in one transaction."""

    outcome: Outcome
    changes: list[Change]
    line: Audit


def prepare_approval(
    officer: ProposalContext, id_: str, hash_: str, *, content: str = "", check: Check | None = None
) -> Decided:
    """Return the approval of a proposal, for a transaction that holds more. Raises as `approve`."""
    proposal = get(id_)
    stored = _judged(officer, proposal, hash_, content, check)
    if stored.many is not None:
        return _approval_of_many(officer, proposal, stored.many)
    outcome, changes = entered(officer, proposal, stored)
    detail = {
        "entered": record_detail(proposal, outcome.entered),
        "fell_out": len(outcome.fell_out),
    }
    line = audit_line(officer, id_, "proposal-approved", detail)
    return Decided(outcome, [store.save(with_outcome(proposal, outcome)), *changes], line)


def _approval_of_many(officer: ProposalContext, proposal: Proposal, many: Many) -> Decided:
    """Return the approval of many records, which `entering.carry_on` then enters part by part."""
    outcome = Outcome(state=State.APPROVED, by=officer.account, at=officer.now)
    line = audit_line(officer, proposal.id, "proposal-approved", {"records": many.records})
    return Decided(outcome, [store.save(with_outcome(proposal, outcome))], line)


def approve(
    officer: ProposalContext,
    id_: str,
    hash_: str,
    *,
    check: Check | None = None,
    tell: Tell = no_mail,
) -> Outcome:
    """Enter what was proposed: entries, outcome, audit line and mail in one transaction.

    A proposal of many records is approved here as a whole, and entered by `entering.carry_on`.

    `hash_` is the hash of what the officer was shown. `check` raises an error where the source's
    own rules bar this officer; `tell` returns the mail to those who asked for the entry. Records
    that have changed since the proposal are left out, and named in the outcome.

    Raises NotFound; NotAllowed for the person who proposed or decided it, or whom it concerns;
    Conflict for another hash; Stale when every record has changed since; Refused when the proposal
    isn't open, or when a rule of the register forbids it; Unavailable.
    """

    def plan() -> Plan:
        decided = prepare_approval(officer, id_, hash_, check=check)
        in_parts = decided.outcome.state is State.APPROVED
        mail = [] if in_parts else mail_to_proposer(get(id_), "proposal_approved")
        mail += tell(get(id_), decided.outcome)
        return Plan(id_, decided.changes, decided.line.detail, mail)

    perform(officer, command(officer, id_, "proposal-approved", "approve", id_, hash_), plan)
    return outcome_of(id_)


def _judged(
    officer: ProposalContext, proposal: Proposal, hash_: str, content: str, check: Check | None
) -> Content:
    """Return the content of an open proposal, if this officer may approve it as shown to them."""
    text = content or proposal.content
    if not text:
        raise NotFound
    if hash_of(text) != proposal.head.hash or hash_ != proposal.head.hash:
        raise Conflict("This isn’t what you were shown. Look at the proposal again.")
    stored = proposal.opened(text)
    if check is not None:
        check(proposal, stored)
    _open(proposal)
    if why := why_barred(officer, proposal, stored):
        raise NotAllowed(why)
    return stored


def why_barred(officer: ProposalContext, proposal: Proposal, content: Content) -> str:
    """Return why an officer may not approve or review a proposal; "" when they may.

    Who proposed, decided or entered it may not by another account of theirs either. One read.
    """
    if barred := rules.barred_from_approving(proposal, content, officer):
        return barred.why
    first = [content.proposed_by, *content.decided_by]
    first += [proposal.head.outcome.by] if proposal.head.outcome else []
    return rules.SAME_PERSON if persons.is_one_of(officer, first) else ""


def _open(proposal: Proposal) -> None:
    if proposal.state is not State.OPEN:
        raise Refused(f"This proposal is {proposal.state}: nothing more can be done with it.")


def prepare_refusal(
    officer: ProposalContext,
    id_: str,
    reason: str,
    *,
    content: str = "",
    check: Check | None = None,
) -> Decided:
    """Return the refusal of a proposal, for a transaction that holds more. Raises as `refuse`."""
    proposal = get(id_)
    stored = proposal.opened(content)
    if barred := rules.barred_from_approving(proposal, stored, officer, taken_back=True):
        raise NotAllowed(barred.why)
    if check is not None:
        check(proposal, stored)
    return _closed(officer, proposal, "proposal-refused", State.REFUSED, reason)


def prepare_withdrawal(officer: ProposalContext, id_: str, reason: str = "") -> Decided:
    """Return the withdrawal, for a transaction that holds more. Raises as `withdraw`."""
    proposal = get(id_)
    if officer.account != proposal.head.proposed_by:
        raise NotAllowed("Only the proposer can withdraw this.")
    return _closed(officer, proposal, "proposal-withdrawn", State.WITHDRAWN, reason)


def _closed(
    officer: ProposalContext, proposal: Proposal, what: str, state: State, reason: str
) -> Decided:
    _open(proposal)
    outcome = Outcome(state=state, by=officer.account, at=officer.now, reason=reason)
    line = audit_line(officer, proposal.id, what)
    return Decided(outcome, [store.save(with_outcome(proposal, outcome))], line)


def refuse(
    officer: ProposalContext,
    id_: str,
    reason: str,
    *,
    check: Check | None = None,
    tell: Tell = no_mail,
) -> None:
    """Refuse an open proposal, with a reason for the proposer. Raises as `approve`."""

    def plan() -> Plan:
        decided = prepare_refusal(officer, id_, reason, check=check)
        mail = mail_to_proposer(get(id_), "proposal_refused")
        mail += tell(get(id_), decided.outcome)
        return Plan(id_, decided.changes, decided.line.detail, mail)

    refusing = command(officer, id_, "proposal-refused", "refuse", id_, reason)
    perform(officer, refusing, plan, tries=ONCE)


def withdraw(officer: ProposalContext, id_: str, reason: str = "") -> None:
    """Withdraw one's own open proposal. Raises NotAllowed for another's, NotFound, Refused."""

    def plan() -> Plan:
        decided = prepare_withdrawal(officer, id_, reason)
        return Plan(id_, decided.changes, decided.line.detail)

    withdrawing = command(officer, id_, "proposal-withdrawn", "withdraw", id_, reason)
    perform(officer, withdrawing, plan, tries=ONCE)


def void(
    officer: ProposalContext,
    subject: Subject,
    number: str,
    entries: Sequence[str],
    *,
    authority: str,
    reason: str,
    source: str = "register-desk",
) -> str:
    """Propose the correction that undoes entries of a record; return the proposal's id.

    `entries` are ids. Raises Refused if one doesn't exist or is already voided; otherwise
    as `propose`.
    """
    return propose(
        officer,
        NewProposal(
            records=[Wanted(subject, number, voiding(subject, number, entries))],
            authority=authority,
            evidence=reason,
            source=source,
        ),
    )


def voiding(subject: Subject, number: str, entries: Sequence[str]) -> list[register.Proposal]:
    """Return the corrections that void entries without replacing them. Raises Refused."""
    held = {entry.id: entry for entry in adding.held(subject, number).entries}
    if not entries or not held.keys() >= set(entries):
        raise Refused("Choose entries of this record to void.")
    return [
        register.Proposal("voided", {}, held[id_].effective_on, id_)
        for id_ in dict.fromkeys(entries)
    ]
