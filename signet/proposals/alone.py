"""Entries that one officer makes at once: in an emergency, at the command line, as the policy lets.

An entry stands until it is voided. Unless the policy lets one officer enter it, it is listed until
a second officer has reviewed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from signet.errors import FieldError, Invalid, NotAllowed, Refused
from signet.proposals import preparing, rules, store
from signet.proposals.actions import Check, why_barred
from signet.proposals.deciders import Bars, Recusals, may_decide, nobody
from signet.proposals.model import (
    Content,
    NewProposal,
    Outcome,
    Proposal,
    ProposalContext,
    Review,
    Stale,
    State,
    Wanted,
    Way,
)
from signet.proposals.writing import (
    command,
    entered,
    new_proposal,
    outcome_of,
    record_keys,
    submitted,
    with_outcome,
)
from signet.register import actions as register
from signet.register import adding, ending
from signet.transactions.commit import Change
from signet.transactions.outbox import Mail
from signet.transactions.perform import ONCE, Plan, perform, retry

WHY = FieldError("reason", "Say why it can’t wait for a second officer")


def enter_in_emergency(
    officer: ProposalContext, new: NewProposal, reason: str, recusals: Recusals = nobody
) -> Outcome:
    """Enter at once what protects the public, for a second officer to review within hours.

    What would end it on a later day is voided with it (`in_emergency`). Who takes no part in it, as
    `recusals` tells, isn't mailed. Raises NotAllowed for an officer who couldn't approve such
    entries or whom it is about; Refused for what is no emergency, or what a rule forbids; Invalid
    without a reason; Unavailable.
    """
    policy = officer.policy
    who = policy.proposals.who(new.source)
    if not set(who.approve) & set(officer.roles):
        raise NotAllowed(rules.NOT_YOURS.format(what="enter"))
    asked = [entry for record in new.records for entry in record.entries]
    if not asked or not all(rules.is_emergency(policy, entry) for entry in asked):
        raise Refused("Only a suspension or a condition can be entered in an emergency.")
    return _enter(officer, new, reason, Way.EMERGENCY, "proposal-emergency", recusals)


def in_emergency(officer: ProposalContext, new: NewProposal) -> NewProposal:
    """Return what an emergency enters: with what was asked, it voids what would end it later.

    A better status of a later day, approved before, is no reason to wait: voiding it only
    restricts. Raises Unavailable.
    """
    return new._replace(records=[_unended(officer, one) for one in new.records])


def _unended(officer: ProposalContext, wanted: Wanted) -> Wanted:
    stored = adding.held(wanted.subject, wanted.number).entries
    later = ending.ended_by(stored, wanted.entries, officer.policy, officer.today)
    voids = [register.Proposal("voided", {}, one.effective_on, one.id) for one in later]
    return wanted._replace(entries=[*wanted.entries, *voids])


def enter_as_one(officer: ProposalContext, new: NewProposal) -> Outcome:
    """Enter at once what the policy lets one officer enter, without a review.

    Raises Refused for what takes two officers or what a rule forbids, NotAllowed for an officer who
    couldn't propose it or whom it is about; Invalid, Unavailable.
    """
    if any(rules.needs_two(officer.policy, one.subject, one.entries) for one in new.records):
        raise Refused("A second officer has to approve this.", rule=rules.RULE)
    return _enter(officer, new, "", Way.ONE_OFFICER, "proposal-one-officer")


def enter_alone(officer: ProposalContext, new: NewProposal, reason: str) -> Outcome:
    """Enter at once, at the command line, what a second officer reviews later.

    Anyone who can use the command line can reach the database too, so the entry is listed with its
    reason until a second officer has reviewed it. Raises Invalid, Refused, Unavailable.
    """
    return _enter(officer, new, reason, Way.ALONE, "proposal-alone")


def _enter(
    officer: ProposalContext,
    new: NewProposal,
    reason: str,
    way: Way,
    what: str,
    recusals: Recusals = nobody,
) -> Outcome:
    if way is not Way.ONE_OFFICER and not reason.strip():
        raise Invalid(WHY)

    def plan() -> Plan:
        # Stale: the record was changed between two reads.
        proposal, changes = retry(lambda: _planned(officer, new, reason, way), on=Stale)
        urgent = way is Way.EMERGENCY
        mail = _mail_reviewers(officer, proposal, recusals([proposal])) if urgent else []
        detail = {"records": record_keys(new), **_voided(proposal.opened())}
        return Plan(officer.operation, changes, detail, mail)

    perform(officer, command(officer, officer.operation, what, what, submitted(new), reason), plan)
    return outcome_of(officer.operation)


def _planned(
    officer: ProposalContext, new: NewProposal, reason: str, way: Way
) -> tuple[Proposal, list[Change]]:
    """Return the proposal as it will be once entered, and all changes that write it."""
    content = _content(officer, new, way)
    emergency = new_proposal(officer, officer.operation, new, content.model_dump_json())
    outcome, changes = _entered(officer, emergency, content, reason, way)
    proposal = with_outcome(emergency, outcome)
    return proposal, [store.save(proposal), *store.portions(proposal), *changes]


def _content(officer: ProposalContext, new: NewProposal, way: Way) -> Content:
    """Return what is entered; Stale if what would end an emergency came between two reads."""
    if way is not Way.EMERGENCY:
        return preparing.content_of(officer, new, by_role=way is not Way.ALONE)
    wanted = in_emergency(officer, new)
    try:
        return preparing.content_of(officer, wanted)
    except register.Refused:
        if in_emergency(officer, new) == wanted:
            raise
        raise Stale from None


def _voided(content: Content) -> dict[str, list[str]]:
    """Return the entries that a proposal voids, for its line in the audit log; {} for none."""
    entries = [entry for record in content.records for entry in record.entries]
    ids = [entry.corrects for entry in entries if entry.kind == "voided"]
    return {"voided": ids} if ids else {}


def _entered(
    officer: ProposalContext, proposal: Proposal, content: Content, reason: str, way: Way
) -> tuple[Outcome, list[Change]]:
    outcome, changes = entered(officer, proposal, content, way)
    hours = officer.policy.proposals.emergency.hours
    due = officer.now + timedelta(hours=hours) if way is Way.EMERGENCY else None
    return outcome.model_copy(update={"reason": reason, "review_by": due}), changes


def _mail_reviewers(officer: ProposalContext, proposal: Proposal, bars: Bars) -> list[Mail]:
    """Return mail to all others who may review it: only the id, not whom it is about."""
    return [
        Mail(one.email, "proposal_emergency", {"proposal": proposal.id})
        for one in may_decide(officer, proposal, bars)
        if one.email
    ]


def record_import(
    officer: ProposalContext, counts: Mapping[str, int], source: str, reason: str
) -> None:
    """List for review an import that was entered at once: how many records it changed, and why.

    A repeat of the same operation lists it once. Raises Unavailable.
    """
    new = NewProposal([], "import", "command-line", evidence=source)
    content = Content(
        records=(),
        authority="import",
        source=new.source,
        proposed_by=officer.account,
        proposed_as=(),
        proposed_at=officer.now,
        salt=officer.salt,
        evidence=source,
    )
    outcome = Outcome(
        state=State.ENTERED, by=officer.account, at=officer.now, reason=reason, way=Way.ALONE
    )
    proposal = new_proposal(officer, officer.operation, new, content.model_dump_json(), outcome)
    head = proposal.head.model_copy(update={"counts": dict(counts)})
    importing = command(officer, proposal.id, "proposal-import", "import", source, dict(counts))
    changes = [store.save(proposal._replace(head=head))]
    perform(officer, importing, lambda: Plan(proposal.id, changes, dict(counts)), tries=ONCE)


def review(officer: ProposalContext, id_: str, remark: str, *, check: Check | None = None) -> None:
    """Record that a second officer reviewed what one had entered alone.

    `check` as for `actions.approve`. Raises NotAllowed for the person who entered it or whom it is
    about, Refused where nothing awaits review, Invalid without a remark, NotFound, Conflict,
    Unavailable.
    """

    def plan() -> Plan:
        proposal = store.get(id_)
        if check is not None:
            check(proposal, proposal.opened())
        if why := why_barred(officer, proposal, proposal.opened()):
            raise NotAllowed(why)
        if not proposal.to_review:
            raise Refused("This was reviewed already.")
        if not remark.strip():
            raise Invalid(FieldError("remark", "Say what you reviewed, and what you found"))
        looked = Review(by=officer.account, at=officer.now, remark=remark)
        head = proposal.head.model_copy(update={"review": looked})
        return Plan(id_, [store.save(proposal._replace(head=head))])

    reviewing = command(officer, id_, "proposal-reviewed", "review", id_, remark)
    perform(officer, reviewing, plan, tries=ONCE)
