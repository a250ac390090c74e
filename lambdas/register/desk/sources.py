"""The rules of a proposal's source: which officers may not decide, and who gets mail."""

from __future__ import annotations

from collections.abc import Sequence

from lambdas.register.recusals import members_of
from signet.cpd import conflicts, practice_entries
from signet.errors import Refused
from signet.proposals.actions import Check
from signet.proposals.model import Content, Outcome, Proposal, ProposalContext
from signet.transactions.outbox import Mail

CPD = "cpd#"
REQUEST = "request#"


def check_of(by: ProposalContext) -> Check:
    """Return the check of the source's own rules.

    Who is recused from a member's record doesn't decide on it (CPD-7), wherever it comes from; what
    a request asks is decided with the request, so that one that was withdrawn isn't entered.
    """

    def check(proposal: Proposal, content: Content) -> None:
        check_beside(content.source)
        own = by.member if content.source.startswith(CPD) else ""
        conflicts.check(by.account, own, members_of(proposal))

    return check


def check_beside(source: str) -> None:
    """Raise Refused for what a request proposes: it is decided, and sent back, with the request."""
    if source.startswith(REQUEST):
        raise Refused(f"This is decided with its request: {request_page(source)}")


def of_request(proposal: Proposal) -> bool:
    """Tell whether a request proposes it."""
    return proposal.head.source.startswith(REQUEST)


def request_page(source: str) -> str:
    """Return the address of the request that a proposal comes from."""
    return f"/services/requests/desk/{source.removeprefix(REQUEST)}/"


def tell(proposal: Proposal, outcome: Outcome) -> Sequence[Mail]:
    """Return the mail that tells the member of the decision on their request (CPD-5)."""
    return (
        practice_entries.mail_to_member(proposal, outcome)
        if proposal.head.source.startswith(CPD)
        else ()
    )
