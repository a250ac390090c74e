"""Which officers take no part in a proposal: recused from its request, or from a member's record.

As at the requests desk (`lambdas.requests.desk.worklist`) they see nothing of it, by whichever
account, and are mailed nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from signet.accounts import persons
from signet.accounts.model import Account
from signet.cpd import conflicts
from signet.proposals.deciders import Bars
from signet.proposals.model import REQUEST, Proposal
from signet.requests import store as requests


def recusals(proposals: Sequence[Proposal]) -> Bars:
    """Return the function that tells whether an account takes no part in one of these proposals.

    Reads each request once, and each account's recusals once. Raises Unavailable.
    """
    apart = {one.id: _of_request(one) for one in proposals}
    known = persons.of_ids(chain.from_iterable(apart.values()))
    members = {one.id: members_of(one) for one in proposals}
    every = sorted(set(chain.from_iterable(members.values())))
    barred: dict[str, frozenset[str]] = {}

    def bars(account: Account, proposal: Proposal) -> bool:
        if persons.is_among(account, apart[proposal.id], known):
            return True
        if account.id not in barred:
            barred[account.id] = conflicts.among(account.id, account.member or "", every)
        return not barred[account.id].isdisjoint(members[proposal.id])

    return bars


def members_of(proposal: Proposal) -> frozenset[str]:
    """Return the members whose records a proposal changes; none of a sealed one, or of an import.

    Who is recused from one of thousands of members may still decide on an import of all of them.
    """
    if proposal.head.sealed:
        return frozenset()
    return frozenset(one.number for one in proposal.opened().records if one.subject == "member")


def _of_request(proposal: Proposal) -> frozenset[str]:
    """Return the accounts apart from the request that a proposal comes from: its owner's too."""
    source, _, id_ = proposal.head.source.partition("#")
    if source != REQUEST or proposal.head.sealed:
        return frozenset()
    listed = (one for record in proposal.opened().records for one in requests.about(record.key))
    asked = next((one for one in listed if one.id == id_), None)
    return frozenset({asked.head.owner, *asked.recused}) if asked else frozenset()
