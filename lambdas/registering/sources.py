"""What the source of a proposal says against an officer who would approve or refuse it."""

from __future__ import annotations

from signet.cpd import conflicts
from signet.proposals.actions import Check
from signet.proposals.model import Content, Officer, Proposal

CPD = "cpd#"


def check_of(by: Officer) -> Check:
    """Return the check of the sources' own rules: who is recused from a member's CPD (CPD-7)."""

    def check(proposal: Proposal, content: Content) -> None:
        del proposal
        if content.source.startswith(CPD):
            conflicts.check(by.account, by.member, [one.number for one in content.records])

    return check
