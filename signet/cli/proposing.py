"""How `signet enter` submits entries: proposed in an officer's name, or entered by one person.

The command line can't authenticate its user, so nothing is approved here: that takes signing in.
The officer named as proposer is notified by mail.
"""

from __future__ import annotations

import getpass
import secrets
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet import tables
from signet.accounts import actions as accounts
from signet.accounts.keys import NoKey
from signet.accounts.model import Account
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.errors import NotAllowed, Refused
from signet.policy import Policy
from signet.proposals import actions, alone, deciders, rules
from signet.proposals.model import (
    COMMAND_LINE,
    Content,
    NewProposal,
    Proposal,
    ProposalContext,
    Wanted,
    entry_operation,
)
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.publish.proposed import PageComparison
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.outbox import Mail
from signet.transactions.tables import MODELS as TRANSACTION_MODELS

MODELS = (*REGISTER_MODELS, *ACCOUNT_MODELS, *TRANSACTION_MODELS, *PROPOSAL_MODELS)
WHO = (
    "name the proposing officer with --by EMAIL, so that another can approve it; or enter it at "
    "once with --alone REASON, which is listed for review"
)
ID_BYTES = 16


def ready() -> None:
    """Bind the tables, and create those of accounts and proposals that are missing."""
    tables.bind(MODELS)
    tables.create_missing((*ACCOUNT_MODELS, *TRANSACTION_MODELS, *PROPOSAL_MODELS))


def today(policy: Policy) -> date:
    """Return today's date in the regulator's time zone."""
    return datetime.now(ZoneInfo(policy.regulator.time_zone)).date()


def officer(
    account: str, policy: Policy, roles: Any = frozenset(), member: str = ""
) -> ProposalContext:
    """Return the officer that operations at the command line are recorded for."""
    now = datetime.now(UTC)
    return ProposalContext(
        account=account,
        member=member,
        roles=frozenset(roles),
        operation=secrets.token_hex(ID_BYTES),
        now=now,
        today=today(policy),
        policy=policy,
        salt=secrets.token_hex(ID_BYTES),
        difference=PageComparison(policy, today(policy)),
    )


def enter_alone(wanted: Wanted, authority: str, by: str, reason: str) -> list[str]:
    """Enter at once, for a second officer to review; return the ids of the entries.

    Raises SignetError.
    """
    ready()
    name = _account(by)
    who = officer(name.id if name else by or getpass.getuser(), policies.load())
    new = NewProposal([wanted], authority, COMMAND_LINE)
    alone.enter_alone(who, new, reason)
    operation = entry_operation(who.operation, f"{wanted.subject}#{wanted.number}")
    print(f"listed for review as proposal {who.operation}", file=sys.stderr)
    return [f"{operation}-{at}" for at in range(len(wanted.entries))]


def list_import(counts: Mapping[str, int], source: str, reason: str) -> None:
    """List an import for review before it is written; do nothing where it changes no record."""
    if not counts:
        return
    ready()
    who = officer(getpass.getuser(), policies.load())
    alone.record_import(who, counts, source, reason or "An import of records")
    print(f"listed for review as proposal {who.operation}", file=sys.stderr)


def propose(wanted: Wanted, authority: str, by: str, evidence: str) -> None:
    """Propose entries in the name of an officer; print the id, the changes, and the approvers.

    Raises SignetError.
    """
    ready()
    _propose(NewProposal([wanted], authority, COMMAND_LINE, evidence=evidence), proposer(by))


def proposer(by: str) -> Account:
    """Return the account in whose name something is proposed. Raises Refused, NotAllowed."""
    account = _account(by)
    if account is None:
        raise Refused(WHO)
    policy = policies.load()
    if not rules.may_propose(policy, COMMAND_LINE, account.roles):
        needed = " or ".join(policy.proposals.who(COMMAND_LINE).propose)
        raise NotAllowed(f"{by} may not propose entries: that takes the role {needed}")
    return account


def _propose(new: NewProposal, account: Account) -> None:
    who = officer(account.id, policies.load(), account.roles, account.member or "")
    mails = [Mail(account.email, "proposal_in_your_name", {"proposal": who.operation})]
    id_ = actions.propose(who, new, mails)
    proposal = actions.get(id_)
    show(proposal, who, described(proposal.opened()))


def _account(by: str) -> Account | None:
    """Return the one account of an address, None where there is none or several."""
    if "@" not in by:
        return None
    try:
        account = accounts.find(by)
    except NoKey as error:
        raise Refused(str(error)) from error
    return account[0] if len(account) == 1 else None


def show(proposal: Proposal, who: ProposalContext, lines: Sequence[str]) -> None:
    """Print what a proposal changes, from `lines`, and who can approve it."""
    content = proposal.opened()
    print(f"proposed, not yet entered: proposal {proposal.id}", file=sys.stderr)
    for line in lines:
        print(f"  {line}", file=sys.stderr)
    approvers = [
        one.email
        for one in deciders.approvers(who, content.source)
        if one.id != content.proposed_by and not rules.concerns(content, one.member or "")
    ]
    can = ", ".join(approvers) or "no one yet: grant a second officer the role"
    print(f"can be approved at /services/register/ by {can}", file=sys.stderr)


def described(content: Content) -> Sequence[str]:
    """Return what a proposal changes on public pages, line by line."""
    lines = []
    for record in content.records:
        for page in record.pages:
            lines.append(f"page of {page.name or page.number} ({page.subject} {page.number}):")
            lines += [
                f"  {line.what}: {line.before or 'nothing'} -> {line.after or 'nothing'}"
                for line in page.lines
            ]
            if not page.lines:
                lines.append("  nothing changes in public")
    return lines
