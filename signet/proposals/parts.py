"""Rows of the parts of a proposal of many records, and of their results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pynamodb.exceptions import DoesNotExist

from signet import bulk
from signet.errors import NotFound, Refused
from signet.proposals.model import Many, Part, PartResult, hash_of
from signet.proposals.tables import PART, RESULT, ProposalRow, numbered
from signet.tables import reachable
from signet.transactions.commit import Change, Save

ROW_BYTES = 350_000  # a row takes 400 kB


@reachable
def write(proposal: str, bodies: Sequence[str]) -> None:
    """Write the parts of a proposal that doesn't exist yet; idempotent. Raises Unavailable."""
    bulk.write(
        [bulk.Put(ProposalRow(proposal, numbered(PART, number), body=body))]
        for number, body in enumerate(bodies, start=1)
    )


@reachable
def get(proposal: str, many: Many, number: int) -> Part:
    """Return a part, the first being 1.

    Raises NotFound, Unavailable, and Refused for one that isn't what was proposed.
    """
    if not 1 <= number <= len(many.parts):
        raise NotFound
    try:
        row = ProposalRow.get(proposal, numbered(PART, number), consistent_read=True)
    except DoesNotExist:
        raise NotFound from None
    return _checked(str(row.body), many, number)


def _checked(body: str, many: Many, number: int) -> Part:
    if hash_of(body) != many.parts[number - 1]:
        raise Refused("What is stored of this proposal isn’t what was proposed. Tell the office.")
    return Part.model_validate_json(body)


def every(proposal: str, many: Many) -> Iterator[Part]:
    """Yield the parts in order. Raises as `get`."""
    for number in range(1, len(many.parts) + 1):
        yield get(proposal, many, number)


@reachable
def results(proposal: str) -> dict[int, PartResult]:
    """Return the results of the parts that were entered, by number."""
    rows = ProposalRow.query(proposal, ProposalRow.part.startswith(RESULT), consistent_read=True)
    return {
        int(row.part.removeprefix(RESULT)): PartResult.model_validate_json(row.body) for row in rows
    }


def result(proposal: str, number: int, became: PartResult) -> Change:
    """Return the change that writes the result of a part, once."""
    row = ProposalRow(proposal, numbered(RESULT, number), body=became.model_dump_json())
    return Save(row, ProposalRow.proposal.does_not_exist())
