"""Entries that one officer makes at once: in an emergency, at the command line, as the policy lets.

An entry stands until it is voided. Unless the policy lets one officer enter it, it is listed until
a second officer has reviewed it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from signet.accounts import store as accounts
from signet.accounts.model import Account, Role
from signet.errors import FieldError, Invalid, NotAllowed, Refused
from signet.proposals import preparing, rules, store
from signet.proposals.actions import Check, why_barred
from signet.proposals.model import (
    REQUEST,
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
from signet.transactions.commit import Change, digest_of
from signet.transactions.outbox import Mail
from signet.transactions.perform import ONCE, Plan, earlier_result, perform, retry

Bars = Callable[[Account, Proposal], bool]
Recusals = Callable[[Sequence[Proposal]], Bars]  # given proposals, who takes no part in which
DAY = timedelta(days=1)
WHY = FieldError("reason", "Say why it can’t wait for a second officer")


def nobody(proposals: Sequence[Proposal]) -> Bars:
    """Return that nobody is recused from any proposal."""
    del proposals
    return lambda account, proposal: False


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


def approvers(officer_policy: ProposalContext, source: str) -> list[Account]:
    """Return the accounts whose roles let them approve what comes from a source."""
    roles = officer_policy.policy.proposals.who(source).approve
    ids = {one for role in roles for one in accounts.accounts_with(Role(role))}
    return accounts.accounts(ids)


def _mail_reviewers(officer: ProposalContext, proposal: Proposal, bars: Bars) -> list[Mail]:
    """Return mail to all others who may review it: only the id, not whom it is about."""
    return [
        Mail(one.email, "proposal_emergency", {"proposal": proposal.id})
        for one in _may_decide(officer, proposal, bars)
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


def remind(officer: ProposalContext, recusals: Recusals = nobody) -> int:
    """Mail reminders; return how many.

    Each open proposal once, and each day how many still wait from earlier days; each overdue review
    once a day. To be called every hour. `officer` is the scheduler, which has no roles. Who takes
    no part in a proposal, as `recusals` tells, is mailed nothing of it.
    """
    sent, day = 0, officer.now.date().isoformat()
    open_, to_review = store.list_proposals(State.OPEN), store.list_proposals(store.REVIEW)
    bars = recusals([*open_, *to_review])
    for proposal in open_:
        sent += _remind(officer, proposal, "proposal_waits", proposal.id, bars)
    for proposal in to_review:
        if proposal.overdue(officer.now):
            sent += _remind(officer, proposal, "proposal_overdue", f"{proposal.id} {day}", bars)
    before = [one for one in open_ if one.head.proposed_at < officer.now - DAY]
    return sent + sum(_mail_count(officer, *one) for one in _counted(officer, before, bars))


def _counted(
    officer: ProposalContext, proposals: Iterable[Proposal], bars: Bars
) -> list[tuple[Account, int]]:
    """Return each officer with how many of these proposals they may decide on."""
    counts: Counter[Account] = Counter()
    for proposal in proposals:
        counts.update(_may_decide(officer, proposal, bars))
    return list(counts.items())


def _may_decide(officer: ProposalContext, proposal: Proposal, bars: Bars) -> list[Account]:
    """Return who may decide on a proposal, as far as accounts, roles and recusals show."""
    own = {proposal.head.proposed_by}
    own |= set() if proposal.head.sealed else set(proposal.opened().decided_by)
    among = approvers(officer, proposal.head.source)
    return [one for one in _unconcerned(proposal, among, bars) if one.id not in own]


def _unconcerned(proposal: Proposal, among: Iterable[Account], bars: Bars) -> list[Account]:
    """Return the accounts that a proposal isn't about, and that take part in it."""
    if proposal.head.sealed:
        return list(among)
    content = proposal.opened()
    return [
        one
        for one in among
        if not rules.concerns(content, one.member or "") and not bars(one, proposal)
    ]


def _mail_count(officer: ProposalContext, to: Account, count: int) -> int:
    """Mail an officer once a day how many proposals wait; return 1, or 0 if that was done."""
    if not to.email:
        return 0
    name = f"{to.id} {officer.now.date().isoformat()}"
    mail = Mail(to.email, "proposals_wait", {"count": count})
    return _once(officer, "proposals_wait", name, [mail])


def _remind(
    officer: ProposalContext, proposal: Proposal, template: str, name: str, bars: Bars
) -> int:
    recipients = _may_decide(officer, proposal, bars)
    if template == "proposal_overdue":
        administrators = accounts.accounts(accounts.accounts_with(Role.ADMINISTRATOR))
        every = [*approvers(officer, proposal.head.source), *administrators]
        recipients = _unconcerned(proposal, every, bars)
    facts = {"proposal": proposal.id, "at": _desk(proposal)}
    to = dict.fromkeys(one.email for one in recipients if one.email)
    return _once(officer, template, name, [Mail(email, template, facts) for email in to])


def _once(officer: ProposalContext, template: str, name: str, mail: Sequence[Mail]) -> int:
    """Write mail by an operation of its name; return how many, none if it was written before."""
    context = replace(officer, operation=digest_of(template, name)[:32])
    reminding = command(officer, name, template, template, name)._replace(subject="")
    if earlier_result(context, reminding) is not None:
        return 0
    perform(context, reminding, lambda: Plan(mail=mail), tries=ONCE)
    return len(mail)


def _desk(proposal: Proposal) -> str:
    """Return the page to decide on; for sealed content only that of the complaints desk."""
    if proposal.head.sealed:
        return "/services/complaints/desk/"
    source, _, id_ = proposal.head.source.partition("#")
    if source == REQUEST:
        return f"/services/requests/desk/{id_}/"
    return f"/services/register/proposals/{proposal.id}/"
