"""What the writes of proposals have in common: their operation, audit line, entries and mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from signet.accounts import store as accounts
from signet.errors import NotFound
from signet.proposals import preparing, store
from signet.proposals.model import (
    Content,
    Head,
    NewProposal,
    Officer,
    Outcome,
    Proposal,
    Stale,
    State,
    Way,
    entry_operation,
    hash_of,
)
from signet.register import actions as register
from signet.register import adding
from signet.transactions.audit import Audit
from signet.transactions.commit import Act, Change, digest_of
from signet.transactions.outbox import Mail

NO_DETAIL: Mapping[str, object] = MappingProxyType({})


def subject_of(id_: str) -> str:
    """Return the audit log's name of a proposal."""
    return f"proposal#{id_}"


def new_proposal(
    officer: Officer, id_: str, new: NewProposal, content: str, outcome: Outcome | None = None
) -> Proposal:
    """Return a proposal of this id and content that isn’t there yet."""
    head = Head(
        source=new.source,
        proposed_by=officer.account,
        proposed_at=officer.now,
        hash=hash_of(content),
        sealed=new.sealed,
        outcome=outcome,
    )
    return Proposal(id_, 0, head, "" if new.sealed else content)


def submitted(new: NewProposal) -> list[object]:
    """Return what somebody submitted, for the digest of its operation."""
    records = [
        (one.subject, one.number, [_entry(entry) for entry in one.entries]) for one in new.records
    ]
    return [records, new.authority, new.source, new.evidence, new.evidence_digest]


def _entry(entry: register.Proposal) -> tuple[object, ...]:
    return (entry.kind, dict(entry.data), entry.effective_on, entry.corrects)


def record_keys(new: NewProposal) -> list[str]:
    """Return the records of a proposal for the audit log: none of one that is sealed."""
    return [] if new.sealed else [f"{one.subject}#{one.number}" for one in new.records]


def operation(officer: Officer, what: str, *said: object, result: str = "") -> Act:
    """Return what an officer's form does, `what` being its name."""
    owner = f"proposals#{officer.account}"
    return Act(officer.operation, owner, digest_of(what, *said), result)


def audit_line(
    officer: Officer, id_: str, what: str, detail: Mapping[str, object] = NO_DETAIL
) -> Audit:
    """Return the line of the audit log on a proposal: states and the keys of records alone."""
    return Audit(subject_of(id_), what, officer.account, officer.now, detail)


def outcome_of(id_: str) -> Outcome:
    """Return what became of a proposal. Raises NotFound while nothing has."""
    found = store.get(id_).head.outcome
    if found is None:
        raise NotFound
    return found


def told(proposal: Proposal, keys: Sequence[str]) -> list[str] | int:
    """Return what the audit log says of records: how many, where the proposal is sealed."""
    return len(keys) if proposal.head.sealed else list(keys)


def entered(
    officer: Officer, proposal: Proposal, content: Content, way: Way = Way.APPROVED
) -> tuple[Outcome, list[Change]]:
    """Return what entering comes to; the records that were changed since fall out.

    Raises Stale when all were, Refused when a rule of the register forbids an entry; Unavailable.
    """
    keys, fell_out, changes = [], [], list[Change]()
    for record in content.records:
        stored = adding.held(record.subject, record.number)
        if stored.version != record.version:
            fell_out.append(record.key)
            continue
        keys.append(record.key)
        changes += preparing.addition(
            officer,
            preparing.wanted(record),
            content.authority,
            _entered_by(officer, content, way),
            entry_operation(proposal.id, record.key),
        ).changes
    if not keys:
        raise Stale
    outcome = Outcome(
        state=State.ENTERED,
        by=officer.account,
        at=officer.now,
        way=way,
        entered=tuple(keys),
        fell_out=tuple(fell_out),
    )
    return outcome, changes


def _entered_by(officer: Officer, content: Content, way: Way) -> str:
    if way is Way.APPROVED:
        return f"{content.proposed_by}, approved by {officer.account}"
    return officer.account


def with_outcome(proposal: Proposal, outcome: Outcome) -> Proposal:
    """Return a proposal with what became of it."""
    return proposal._replace(head=proposal.head.model_copy(update={"outcome": outcome}))


def mail_to_proposer(proposal: Proposal, template: str) -> list[Mail]:
    """Return the mail to who proposed it: the id alone, nothing of whom it is about."""
    found = accounts.account(proposal.head.proposed_by)
    if found is None or not found.email:
        return []
    return [Mail(found.email, template, {"proposal": proposal.id})]
