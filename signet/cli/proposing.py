"""What `signet enter` does with entries: propose them in an officer's name, or enter them alone.

The command line can't tell who uses it, so nothing is approved here: that takes signing in. Whoever
is named as proposing is told by mail.
"""

from __future__ import annotations

import getpass
import secrets
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet import tables
from signet.accounts import actions as accounts
from signet.accounts.keys import NoKey
from signet.accounts.model import Account
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.acts.outbox import Mail
from signet.acts.tables import MODELS as ACT_MODELS
from signet.errors import NotAllowed, Refused
from signet.policy import Policy
from signet.proposals import actions, alone, rules, store
from signet.proposals.model import (
    COMMAND_LINE,
    Content,
    NewProposal,
    Officer,
    Proposal,
    Wanted,
    entry_operation,
)
from signet.proposals.preparing import MOST_RECORDS
from signet.proposals.tables import MODELS as PROPOSAL_MODELS
from signet.publish.proposed import PageComparison
from signet.register import actions as register
from signet.register.loading import Key
from signet.register.model import Entry
from signet.register.tables import MODELS as REGISTER_MODELS

MODELS = (*REGISTER_MODELS, *ACCOUNT_MODELS, *ACT_MODELS, *PROPOSAL_MODELS)
WHO = (
    "say with --by EMAIL who proposes it, so that another officer can approve it; or enter it at "
    "once with --alone REASON, which is listed for review"
)
ID_BYTES = 16


def ready() -> None:
    """Bind the tables, and make those of accounts and proposals that aren't there."""
    tables.bind(MODELS)
    tables.create_missing((*ACCOUNT_MODELS, *ACT_MODELS, *PROPOSAL_MODELS))


def officer(account: str, policy: Policy, roles: Any = frozenset(), member: str = "") -> Officer:
    """Return who acts at the command line."""
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    return Officer(
        account=account,
        member=member,
        roles=frozenset(roles),
        operation=secrets.token_hex(ID_BYTES),
        now=now,
        policy=policy,
        salt=secrets.token_hex(ID_BYTES),
        difference=PageComparison(policy, today),
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
    """List an import for review, before it is written; nothing where it changes no record."""
    if not counts:
        return
    ready()
    who = officer(getpass.getuser(), policies.load())
    alone.record_import(who, counts, source, reason or "An import of records")
    print(f"listed for review as proposal {who.operation}", file=sys.stderr)


def propose(wanted: Wanted, authority: str, by: str, evidence: str) -> None:
    """Propose entries in the name of an officer; tell the id, what changes, and who can approve.

    Raises SignetError.
    """
    ready()
    _propose(NewProposal([wanted], authority, COMMAND_LINE, evidence=evidence), _proposer(by))


def propose_import(records: Sequence[tuple[Key, Sequence[Entry]]], by: str, source: str) -> None:
    """Propose what an import would add, in the name of an officer: as few proposals as it takes.

    Raises SignetError; what was proposed before it stays proposed.
    """
    ready()
    found, most = _proposer(by), policies.load().proposals.import_records
    if len(records) > most:
        raise Refused(f"more than {most} records: import them with --alone REASON, for review")
    for start in range(0, len(records), MOST_RECORDS):
        portion = records[start : start + MOST_RECORDS]
        wanted = [
            Wanted(subject, number, [_again(entry) for entry in entries])
            for (subject, number), entries in portion
        ]
        authority = portion[0][1][0].authority
        _propose(
            NewProposal(wanted, authority, COMMAND_LINE, evidence=f"Import of {source}"), found
        )


def _again(entry: Entry) -> register.Proposal:
    return register.Proposal(entry.kind, dict(entry.data), entry.effective_on, entry.corrects)


def _proposer(by: str) -> Account:
    """The account in whose name something is proposed. Raises Refused, NotAllowed."""
    found = _account(by)
    if found is None:
        raise Refused(WHO)
    policy = policies.load()
    if not rules.may_propose(policy, COMMAND_LINE, found.roles):
        needed = " or ".join(policy.proposals.who(COMMAND_LINE).propose)
        raise NotAllowed(f"{by} may not propose entries: that takes the role {needed}")
    return found


def _propose(new: NewProposal, found: Account) -> None:
    who = officer(found.id, policies.load(), found.roles, found.member or "")
    told = [Mail(found.email, "proposal_in_your_name", {"proposal": who.operation})]
    id_ = actions.propose(who, new, told)
    _tell(actions.get(id_), who)


def _account(by: str) -> Account | None:
    """The one account of an address, None where there is none or several."""
    if "@" not in by:
        return None
    try:
        found = accounts.find(by)
    except NoKey as error:
        raise Refused(str(error)) from error
    return found[0] if len(found) == 1 else None


def _tell(proposal: Proposal, who: Officer) -> None:
    content = proposal.opened()
    print(f"proposed, not yet entered: proposal {proposal.id}", file=sys.stderr)
    for line in described(content):
        print(f"  {line}", file=sys.stderr)
    approvers = [
        one.email
        for one in alone.approvers(who, content.source)
        if one.id != content.proposed_by and not rules.concerns(content, one.member or "")
    ]
    can = ", ".join(approvers) or "nobody yet: grant a second officer the role"
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


def add_parser(commands: Any) -> None:
    """Add the parser of `signet proposals`."""
    parser = commands.add_parser(
        "proposals",
        help="list what waits for a second officer, and what one entered alone",
        description="List proposals that wait for approval or review, or show one. They are "
        "approved, refused and reviewed at the register desk, after signing in.",
    )
    parser.add_argument("proposal", nargs="?", default="", metavar="ID")
    parser.set_defaults(run=run)


def run(options: Any) -> int:
    """List proposals, or show one."""
    ready()
    if options.proposal:
        found = actions.get(options.proposal)
        print(_line(found))
        if not found.head.sealed:
            print("\n".join(f"  {line}" for line in described(found.opened())))
        return 0
    for state in ("open", store.REVIEW):
        for one in actions.listed(state):
            print(_line(one))
    return 0


def _line(proposal: Proposal) -> str:
    """A proposal in a line; of one that is sealed, that it is there."""
    state = "to review" if proposal.to_review else str(proposal.state)
    when = proposal.head.proposed_at.date()
    if proposal.head.sealed:
        return f"{proposal.id}  {state}, {when}: from a complaint"
    content = proposal.opened()
    counts = ", ".join(f"{number} {what}" for what, number in proposal.head.counts.items())
    about = counts or ", ".join(
        f"{entry.kind} on {record.subject} {record.number}"
        for record in content.records
        for entry in record.entries
    )
    return f"{proposal.id}  {state}, {when}: {about}"
