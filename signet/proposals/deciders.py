"""Who may decide on a proposal: by role, not concerned by it, and not recused from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from signet.accounts import store as accounts
from signet.accounts.model import Account, Role
from signet.proposals import rules
from signet.proposals.model import Proposal, ProposalContext

Bars = Callable[[Account, Proposal], bool]
Recusals = Callable[[Sequence[Proposal]], Bars]  # given proposals, who takes no part in which


def nobody(proposals: Sequence[Proposal]) -> Bars:
    """Return that nobody is recused from any proposal."""
    del proposals
    return lambda account, proposal: False


def approvers(officer: ProposalContext, source: str) -> list[Account]:
    """Return the accounts whose roles let them approve what comes from a source."""
    roles = officer.policy.proposals.who(source).approve
    ids = {one for role in roles for one in accounts.accounts_with(Role(role))}
    return accounts.accounts(ids)


def may_decide(officer: ProposalContext, proposal: Proposal, bars: Bars) -> list[Account]:
    """Return who may decide on a proposal, as far as accounts, roles and recusals show."""
    own = {proposal.head.proposed_by}
    own |= set() if proposal.head.sealed else set(proposal.opened().decided_by)
    among = approvers(officer, proposal.head.source)
    return [one for one in unconcerned(proposal, among, bars) if one.id not in own]


def unconcerned(proposal: Proposal, among: Iterable[Account], bars: Bars) -> list[Account]:
    """Return the accounts that a proposal isn't about, and that take part in it."""
    if proposal.head.sealed:
        return list(among)
    content = proposal.opened()
    return [
        one
        for one in among
        if not rules.concerns(content, one.member or "") and not bars(one, proposal)
    ]
