"""What one can do with proposals: propose, approve, refuse, withdraw, take an entry back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from signet.accounts import store as accounts
from signet.acts.audit import Audit
from signet.acts.outbox import Mail
from signet.acts.write import Act, Change, commit, digest_of, done
from signet.errors import Conflict, NotAllowed, NotFound, Refused, SignetError
from signet.proposals import preparing, rules, store
from signet.proposals.model import (
    Content,
    Head,
    NewProposal,
    Officer,
    Outcome,
    Proposal,
    State,
    Wanted,
    Way,
    entry_operation,
    hash_of,
)
from signet.proposals.store import get as get
from signet.proposals.store import listed as listed
from signet.proposals.store import of_source as of_source
from signet.register import actions as register
from signet.register import adding
from signet.register.model import Subject

NO_DETAIL: Mapping[str, object] = MappingProxyType({})
TRIES = 5  # against others who write to the same records at the same moment
STALE = "The record was changed since this was proposed. Propose it again for the record as it is."

Check = Callable[[Proposal, Content], None]


class Prepared(NamedTuple):
    """A proposal to be written within somebody's transaction: its id, its hash, and the changes.

    `content` is what was hashed; a domain that proposes something sealed keeps it.
    """

    id: str
    hash: str
    content: str
    changes: list[Change]


def subject_of(id_: str) -> str:
    """Return the audit log's name of a proposal."""
    return f"proposal#{id_}"


def prepare(officer: Officer, id_: str, new: NewProposal) -> Prepared:
    """Return a new proposal of this id for a transaction that holds more.

    The id is 32 hexadecimal digits: random, or following from what it comes from, so that a retry
    makes the same. Raises NotAllowed, Invalid, Refused, Unavailable.
    """
    content = preparing.content_of(officer, new).model_dump_json()
    made = _proposal(officer, id_, new, content)
    return Prepared(id_, made.head.hash, content, [store.save(made), *store.portions(made)])


def _proposal(
    officer: Officer, id_: str, new: NewProposal, content: str, outcome: Outcome | None = None
) -> Proposal:
    head = Head(
        source=new.source,
        proposed_by=officer.account,
        proposed_at=officer.now,
        hash=hash_of(content),
        sealed=new.sealed,
        outcome=outcome,
    )
    return Proposal(id_, 0, head, "" if new.sealed else content)


def propose(officer: Officer, new: NewProposal) -> str:
    """Write a proposal; return its id, also when it was written before. Raises as `prepare`."""
    act = _act(officer, "propose", _said(new), result=officer.operation)
    if (repeated := done(act)) is not None:
        return repeated
    ready = prepare(officer, officer.operation, new)
    detail = {"source": new.source, "records": _records(new)}
    return commit(act, ready.changes, _line(officer, ready.id, "proposed", detail))


def _said(new: NewProposal) -> list[object]:
    records = [
        (one.subject, one.number, [_entry(entry) for entry in one.entries]) for one in new.records
    ]
    return [records, new.authority, new.source, new.evidence, new.evidence_digest]


def _entry(entry: register.Proposal) -> tuple[object, ...]:
    return (entry.kind, dict(entry.data), entry.effective_on, entry.corrects)


def _records(new: NewProposal) -> list[str]:
    """The records of a proposal for the audit log: none of one that is sealed."""
    return [] if new.sealed else [f"{one.subject}#{one.number}" for one in new.records]


def _act(officer: Officer, what: str, *said: object, result: str = "") -> Act:
    owner = f"proposals#{officer.account}"
    return Act(officer.operation, owner, digest_of(what, *said), result)


def _line(officer: Officer, id_: str, what: str, detail: Mapping[str, object] = NO_DETAIL) -> Audit:
    name = f"proposal-{what}"
    return Audit(subject_of(id_), name, officer.account, officer.now, detail)


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
    act = _act(officer, "approve", id_, hash_, result=id_)
    for attempt in range(TRIES):
        try:
            proposal = get(id_)
            held = _judged(officer, proposal, hash_, content, check)
            outcome, changes = _entered(officer, proposal, held)
        except SignetError:
            if done(act) is None:
                raise
            return _outcome(id_)
        new = _with(proposal, outcome)
        detail = {"entered": _told(proposal, outcome.entered), "fell_out": len(outcome.fell_out)}
        line = _line(officer, id_, "approved", detail)
        try:
            commit(act, [store.save(new), *changes], line, _mail(proposal, "proposal_approved"))
        except Conflict:
            if attempt == TRIES - 1:
                raise
        else:
            return _outcome(id_)
    raise Conflict


def _outcome(id_: str) -> Outcome:
    found = get(id_).head.outcome
    if found is None:
        raise NotFound
    return found


def _told(proposal: Proposal, keys: Sequence[str]) -> list[str] | int:
    """What the audit log says of records: how many, where the proposal is sealed."""
    return len(keys) if proposal.head.sealed else list(keys)


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
    if barred := rules.barred_from_approving(proposal, held, officer):
        raise NotAllowed(barred.why)
    if check is not None:
        check(proposal, held)
    _open(proposal)
    return held


def _open(proposal: Proposal) -> None:
    if proposal.state is not State.OPEN:
        raise Refused(f"This proposal is {proposal.state}: nothing more can be done with it.")


def _entered(
    officer: Officer, proposal: Proposal, content: Content, way: Way = Way.APPROVED
) -> tuple[Outcome, list[Change]]:
    """Return what entering comes to; the records that were changed since fall out."""
    entered, fell_out, changes = [], [], list[Change]()
    by = f"{content.proposed_by}, approved by {officer.account}"
    for record in content.records:
        operation = entry_operation(proposal.id, record.key)
        stored = adding.held(record.subject, record.number)
        if stored.version != record.version:
            fell_out.append(record.key)
            continue
        wanted = preparing.wanted(record)
        added = preparing.addition(officer, wanted, content.authority, by, operation)
        entered.append(record.key)
        changes += added.changes
    if not entered:
        raise Refused(STALE)
    outcome = Outcome(
        state=State.ENTERED,
        by=officer.account,
        at=officer.now,
        way=way,
        entered=tuple(entered),
        fell_out=tuple(fell_out),
    )
    return outcome, changes


def _with(proposal: Proposal, outcome: Outcome) -> Proposal:
    return proposal._replace(head=proposal.head.model_copy(update={"outcome": outcome}))


def _mail(proposal: Proposal, template: str) -> list[Mail]:
    """Tell who proposed it: the id alone, nothing of whom it is about."""
    found = accounts.account(proposal.head.proposed_by)
    if found is None or not found.email:
        return []
    return [Mail(found.email, template, {"proposal": proposal.id})]


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

    _close(officer, id_, "refused", State.REFUSED, reason, judge)


def withdraw(officer: Officer, id_: str, reason: str = "") -> None:
    """Withdraw one's own open proposal. Raises NotAllowed for another's, NotFound, Refused."""

    def judge(proposal: Proposal) -> None:
        if officer.account != proposal.head.proposed_by:
            raise NotAllowed("Only who proposed this can withdraw it.")

    _close(officer, id_, "withdrawn", State.WITHDRAWN, reason, judge)


def _close(
    officer: Officer,
    id_: str,
    what: str,
    state: State,
    reason: str,
    judge: Callable[[Proposal], None],
) -> None:
    act = _act(officer, what, id_, reason, result=id_)
    try:
        proposal = get(id_)
        judge(proposal)
        _open(proposal)
    except SignetError:
        if done(act) is None:
            raise
        return
    outcome = Outcome(state=state, by=officer.account, at=officer.now, reason=reason)
    line = _line(officer, id_, what)
    mail = _mail(proposal, "proposal_refused") if state is State.REFUSED else []
    commit(act, [store.save(_with(proposal, outcome))], line, mail)


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
