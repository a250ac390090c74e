"""`signet proposals`: what waits for a second officer, and entering what was approved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signet.cli import proposed_imports, proposing
from signet.proposals import actions, store
from signet.proposals.model import Proposal, State


def add_parser(commands: Any) -> None:
    """Add the parser of `signet proposals`."""
    parser = commands.add_parser(
        "proposals",
        help="list what is waiting for a second officer, and what one entered alone",
        description="List proposals that wait for approval or review, or show one. They are "
        "approved, refused and reviewed at the register desk, after signing in.",
    )
    parser.add_argument("proposal", nargs="?", default="", metavar="ID")
    parser.add_argument(
        "--carry-on",
        action="store_true",
        help="continue entering ID, or everything approved that isn't fully entered",
    )
    parser.set_defaults(run=run)


def run(options: Any) -> int:
    """List proposals, show one, or continue entering approved ones; return the exit status."""
    proposing.ready()
    if options.carry_on:
        waiting = [one.id for one in actions.list_proposals(State.APPROVED)]
        for id_ in [options.proposal] if options.proposal else waiting:
            proposed_imports.carry_on(id_)
        return 0
    if options.proposal:
        proposal = actions.get(options.proposal)
        print(_line(proposal))
        if not proposal.head.sealed:
            print("\n".join(f"  {line}" for line in _described(proposal)))
        return 0
    for state in (State.OPEN, State.APPROVED, store.REVIEW):
        for one in actions.list_proposals(state):
            print(_line(one))
    return 0


def _described(proposal: Proposal) -> Sequence[str]:
    return proposed_imports.described(proposal) or proposing.described(proposal.opened())


def _line(proposal: Proposal) -> str:
    """Return a proposal in one line; of a sealed one, only that it exists."""
    state = "to review" if proposal.to_review else str(proposal.state)
    when = proposal.head.proposed_at.date()
    if proposal.head.sealed:
        return f"{proposal.id}  {state}, {when}: from a complaint"
    content = proposal.opened()
    many = content.many.kinds if content.many else proposal.head.counts
    counts = ", ".join(f"{number} {what}" for what, number in many.items())
    about = counts or ", ".join(
        f"{entry.kind} on {record.subject} {record.number}"
        for record in content.records
        for entry in record.entries
    )
    return f"{proposal.id}  {state}, {when}: {about}"
