"""The rows of proposals: reading them, and the changes that write them."""

from __future__ import annotations

from pynamodb.exceptions import DoesNotExist

from signet.errors import NotFound
from signet.proposals.model import Head, Proposal
from signet.proposals.tables import CONTENT, PROPOSAL, ProposalRow, content_key
from signet.tables import reachable
from signet.transactions.commit import Change, Save

REVIEW = "review"  # entered by one officer alone, and not yet reviewed by a second
ROW_LETTERS = 90_000  # of content in a row, which takes 400 kB: a letter has up to 4 bytes
TRANSACTION_LETTERS = 900_000  # and a transaction takes 4 MB


@reachable
def get(id_: str) -> Proposal:
    """Return the current state of a proposal. Raises NotFound, Unavailable."""
    try:
        row = ProposalRow.get(id_, PROPOSAL, consistent_read=True)
    except DoesNotExist:
        raise NotFound("There is no such proposal.") from None
    return _read(row)


def _read(row: ProposalRow) -> Proposal:
    content = row.content or ""
    head = Head.model_validate_json(row.body)
    if not content and not head.sealed:
        parts = ProposalRow.query(
            row.proposal, ProposalRow.part.startswith(CONTENT), consistent_read=True
        )
        content = "".join(part.body for part in parts)
    return Proposal(str(row.proposal), int(row.version), head, content)


@reachable
def list_proposals(state: str, limit: int = 100) -> list[Proposal]:
    """Return the proposals of a state (open, review, entered, refused …), the newest first."""
    rows = ProposalRow.by_state.query(state, scan_index_forward=False, limit=limit)
    return [_read(row) for row in rows]


@reachable
def count(state: str, limit: int = 100) -> int:
    """Return how many proposals are in a state, up to `limit`."""
    return ProposalRow.by_state.count(state, limit=limit)


@reachable
def of_source(source: str) -> list[Proposal]:
    """Return the proposals of a source, the newest first."""
    keys = ProposalRow.by_source.query(source, scan_index_forward=False)
    return [get(str(key.proposal)) for key in keys]


def save(proposal: Proposal) -> Change:
    """Return the change that writes a proposal if its version is unchanged (0 for a new one)."""
    condition = ProposalRow.version == proposal.version
    return Save(
        ProposalRow(
            proposal.id,
            PROPOSAL,
            body=proposal.head.model_dump_json(exclude_defaults=True),
            content=proposal.content if len(proposal.content) <= ROW_LETTERS else None,
            version=proposal.version + 1,
            listed=_listed(proposal),
            source=proposal.head.source,
            place=f"{proposal.head.proposed_at.isoformat()}#{proposal.id}",
        ),
        condition if proposal.version else ProposalRow.proposal.does_not_exist(),
    )


def _listed(proposal: Proposal) -> str:
    if proposal.to_review:
        return REVIEW
    return str(proposal.state)


def portions(proposal: Proposal) -> list[Change]:
    """Return the rows of a content that is too large for the first."""
    text = proposal.content
    if len(text) <= ROW_LETTERS:
        return []
    cut = [text[at : at + ROW_LETTERS] for at in range(0, len(text), ROW_LETTERS)]
    return [
        Save(ProposalRow(proposal.id, content_key(at), body=sort_key))
        for at, sort_key in enumerate(cut, start=1)
    ]
