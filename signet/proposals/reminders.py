"""Reminders of proposals that wait for a second officer, and of reviews that are overdue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from signet.accounts import store as accounts
from signet.accounts.model import Account, Role
from signet.proposals import store
from signet.proposals.deciders import (
    Bars,
    Recusals,
    approvers,
    may_decide,
    nobody,
    unconcerned,
)
from signet.proposals.model import REQUEST, Proposal, ProposalContext, State
from signet.proposals.writing import command
from signet.transactions.commit import digest_of
from signet.transactions.outbox import Mail
from signet.transactions.perform import ONCE, Plan, earlier_result, perform

DAY = timedelta(days=1)


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
        counts.update(may_decide(officer, proposal, bars))
    return list(counts.items())


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
    recipients = may_decide(officer, proposal, bars)
    if template == "proposal_overdue":
        administrators = accounts.accounts(accounts.accounts_with(Role.ADMINISTRATOR))
        every = [*approvers(officer, proposal.head.source), *administrators]
        recipients = unconcerned(proposal, every, bars)
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
