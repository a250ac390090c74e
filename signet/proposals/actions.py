"""What one can do with proposals: propose, approve, refuse, withdraw, take an entry back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from signet.acts.write import Change, commit, done
from signet.errors import Conflict, NotAllowed, NotFound, Refused, SignetError
from signet.proposals import preparing, rules, store
from signet.proposals.model import (
    Content,
    NewProposal,
    Officer,
    Outcome,
    Proposal,
    State,
    Wanted,
    hash_of,
)
from signet.proposals.store import get as get
from signet.proposals.store import listed as listed
from signet.proposals.store import of_source as of_source
from signet.proposals.writing import (
    audit_line,
    entered,
    mail_to_proposer,
    new_proposal,
    operation,
    outcome_of,
    record_keys,
    submitted,
    told,
    with_outcome,
)
from signet.proposals.writing import subject_of as subject_of
from signet.register import actions as register
from signet.register import adding
from signet.register.model import Subject

TRIES = 5  # against others who write to the same records at the same moment

Check = Callable[[Proposal, Content], None]


class Prepared(NamedTuple):
    """A proposal to be written within somebody's transaction: its id, its hash, and the changes.

    `content` is what was hashed; a domain that proposes something sealed keeps it.
    """

    id: str
    hash: str
    content: str
    changes: list[Change]


def prepare(officer: Officer, id_: str, new: NewProposal) -> Prepared:
    """Return a new proposal of this id for a transaction that holds more.

    The id is 32 hexadecimal digits: random, or following from what it comes from, so that a retry
    makes the same. Raises NotAllowed, Invalid, Refused, Unavailable.
    """
    content = preparing.content_of(officer, new).model_dump_json()
    made = new_proposal(officer, id_, new, content)
    return Prepared(id_, made.head.hash, content, [store.save(made), *store.portions(made)])


def propose(officer: Officer, new: NewProposal) -> str:
    """Write a proposal; return its id, also when it was written before. Raises as `prepare`."""
    act = operation(officer, "propose", submitted(new), result=officer.operation)
    if (repeated := done(act)) is not None:
        return repeated
    ready = prepare(officer, officer.operation, new)
    detail = {"source": new.source, "records": record_keys(new)}
    return commit(act, ready.changes, audit_line(officer, ready.id, "proposal-proposed", detail))


def approve(
    officer: Officer, id_: str, hash_: str, *, content: str = "", check: Check | None = None
) -> Outcome:
    """Enter what was proposed: entries, outcome, audit line and mail in one transaction.

    `hash_` is of what the officer was shown; `content` is given for a proposal that is kept sealed
    elsewhere; `check` raises what the source's own rules say against this officer. Records that
    were changed since they were looked at are left out, and named in the outcome. Raises NotFound;
    NotAllowed for who proposed or decided it, or whom it concerns; Conflict for another hash;
    Refused when it isn't open, when every record was changed since, or when a rule of the register
    forbids it; Unavailable.
    """
    act = operation(officer, "approve", id_, hash_, result=id_)
    for attempt in range(TRIES):
        try:
            proposal = get(id_)
            held = _judged(officer, proposal, hash_, content, check)
            outcome, changes = entered(officer, proposal, held)
        except SignetError:
            if done(act) is None:
                raise
            return outcome_of(id_)
        new = with_outcome(proposal, outcome)
        detail = {"entered": told(proposal, outcome.entered), "fell_out": len(outcome.fell_out)}
        line = audit_line(officer, id_, "proposal-approved", detail)
        try:
            commit(
                act,
                [store.save(new), *changes],
                line,
                mail_to_proposer(proposal, "proposal_approved"),
            )
        except Conflict:
            if attempt == TRIES - 1:
                raise
        else:
            return outcome_of(id_)
    raise Conflict


def _judged(
    officer: Officer, proposal: Proposal, hash_: str, content: str, check: Check | None
) -> Content:
    """Return the content of an open proposal that this officer may approve as they saw it."""
    text = content or proposal.content
    if not text:
        raise NotFound
    if hash_of(text) != proposal.head.hash or hash_ != proposal.head.hash:
        raise Conflict("This isn’t what you were shown. Look at the proposal again.")
    held = proposal.opened(text)
    if check is not None:
        check(proposal, held)
    _open(proposal)
    if barred := rules.barred_from_approving(proposal, held, officer):
        raise NotAllowed(barred.why)
    return held


def _open(proposal: Proposal) -> None:
    if proposal.state is not State.OPEN:
        raise Refused(f"This proposal is {proposal.state}: nothing more can be done with it.")


def refuse(
    officer: Officer,
    id_: str,
    reason: str,
    *,
    content: str = "",
    check: Check | None = None,
) -> None:
    """Refuse an open proposal, with a reason for who made it. Raises as `approve`."""

    def judge(proposal: Proposal) -> None:
        held = proposal.opened(content)
        if barred := rules.barred_from_approving(proposal, held, officer, taken_back=True):
            raise NotAllowed(barred.why)
        if check is not None:
            check(proposal, held)

    _close(officer, id_, "proposal-refused", State.REFUSED, reason, judge)


def withdraw(officer: Officer, id_: str, reason: str = "") -> None:
    """Withdraw one's own open proposal. Raises NotAllowed for another's, NotFound, Refused."""

    def judge(proposal: Proposal) -> None:
        if officer.account != proposal.head.proposed_by:
            raise NotAllowed("Only who proposed this can withdraw it.")

    _close(officer, id_, "proposal-withdrawn", State.WITHDRAWN, reason, judge)


def _close(
    officer: Officer,
    id_: str,
    what: str,
    state: State,
    reason: str,
    judge: Callable[[Proposal], None],
) -> None:
    act = operation(officer, what, id_, reason, result=id_)
    try:
        proposal = get(id_)
        judge(proposal)
        _open(proposal)
    except SignetError:
        if done(act) is None:
            raise
        return
    outcome = Outcome(state=state, by=officer.account, at=officer.now, reason=reason)
    line = audit_line(officer, id_, what)
    mail = mail_to_proposer(proposal, "proposal_refused") if state is State.REFUSED else []
    commit(act, [store.save(with_outcome(proposal, outcome))], line, mail)


def take_back(
    officer: Officer,
    subject: Subject,
    number: str,
    entries: Sequence[str],
    *,
    authority: str,
    reason: str,
    source: str = "register-desk",
) -> str:
    """Propose the correction that undoes entries of a record; return the proposal's id.

    `entries` are ids. Raises Refused where one isn't there or was taken back already, as `propose`.
    """
    return propose(
        officer,
        NewProposal(
            records=[Wanted(subject, number, undoing(subject, number, entries))],
            authority=authority,
            evidence=reason,
            source=source,
        ),
    )


def undoing(subject: Subject, number: str, entries: Sequence[str]) -> list[register.Proposal]:
    """Return the corrections that put nothing in the place of entries. Raises Refused."""
    held = {entry.id: entry for entry in adding.held(subject, number).entries}
    if not entries or not held.keys() >= set(entries):
        raise Refused("Choose entries of this record to take back.")
    return [
        register.Proposal("voided", {}, held[id_].effective_on, id_)
        for id_ in dict.fromkeys(entries)
    ]
