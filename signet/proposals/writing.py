"""What the writes of proposals share: their operation, audit line, entries and mail."""

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
    Outcome,
    Proposal,
    ProposalContext,
    Stale,
    State,
    Way,
    entry_operation,
    hash_of,
)
from signet.register import actions as register
from signet.register import adding
from signet.transactions.audit import Audit
from signet.transactions.commit import Change, digest_of
from signet.transactions.outbox import Mail
from signet.transactions.perform import Command

NO_DETAIL: Mapping[str, object] = MappingProxyType({})


def subject_of(id_: str) -> str:
    """Return a proposal's subject in the audit log."""
    return f"proposal#{id_}"


def new_proposal(
    officer: ProposalContext,
    id_: str,
    new: NewProposal,
    content: str,
    outcome: Outcome | None = None,
) -> Proposal:
    """Return a proposal of this id and content that doesn't exist yet."""
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
    """Return what was submitted, for the digest of the operation."""
    records = [
        (one.subject, one.number, [_entry(entry) for entry in one.entries]) for one in new.records
    ]
    return [records, new.authority, new.source, new.evidence, new.evidence_digest]


def _entry(entry: register.Proposal) -> tuple[object, ...]:
    return (entry.kind, dict(entry.data), entry.effective_on, entry.corrects)


def record_keys(new: NewProposal) -> list[str]:
    """Return a proposal's records for the audit log: none for a sealed one."""
    return [] if new.sealed else [f"{one.subject}#{one.number}" for one in new.records]


def command(officer: ProposalContext, id_: str, name: str, *submitted: object) -> Command:
    """Return an officer's command on a proposal, `name` being that in the audit log."""
    owner = f"proposals#{officer.account}"
    return Command(owner, subject_of(id_), name, digest_of(*submitted))


def audit_line(
    officer: ProposalContext, id_: str, what: str, detail: Mapping[str, object] = NO_DETAIL
) -> Audit:
    """Return the audit line on a proposal: only states and keys of records."""
    return Audit(subject_of(id_), what, officer.account, officer.now, detail)


def outcome_of(id_: str) -> Outcome:
    """Return the outcome of a proposal. Raises NotFound while it has none."""
    outcome = store.get(id_).head.outcome
    if outcome is None:
        raise NotFound
    return outcome


def record_detail(proposal: Proposal, keys: Sequence[str]) -> list[str] | int:
    """Return what the audit log says of records: only how many, where the proposal is sealed."""
    return len(keys) if proposal.head.sealed else list(keys)


def entered(
    officer: ProposalContext, proposal: Proposal, content: Content, way: Way = Way.APPROVED
) -> tuple[Outcome, list[Change]]:
    """Return the outcome of entering, and its changes; records changed since then fall out.

    Raises Stale when all have changed, Refused when a rule of the register forbids an entry;
    Unavailable.
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


def _entered_by(officer: ProposalContext, content: Content, way: Way) -> str:
    if way is Way.APPROVED:
        return f"{content.proposed_by}, approved by {officer.account}"
    return officer.account


def with_outcome(proposal: Proposal, outcome: Outcome) -> Proposal:
    """Return a proposal with its outcome."""
    return proposal._replace(head=proposal.head.model_copy(update={"outcome": outcome}))


def mail_to_proposer(proposal: Proposal, template: str) -> list[Mail]:
    """Return the mail to the proposer: only the id, not whom it is about."""
    account = accounts.account(proposal.head.proposed_by)
    if account is None or not account.email:
        return []
    return [Mail(account.email, template, {"proposal": proposal.id})]
