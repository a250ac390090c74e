"""The table of proposals.

proposals    partition key: proposal ID; sort key: the part
    proposal          the proposal (model.Head, model.Content) and its outcome; listed by its
                      state, found by its source
    content#0001 …    what is proposed (model.Content), where it is too large for the first row
    part#00001 …      of many records: some of them (model.Part), written before the first row
    result#00001 …    the result of a part (model.PartResult), written with its entries
"""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

PROPOSAL = "proposal"
CONTENT = "content#"
PART = "part#"
RESULT = "result#"


class StateIndex(GlobalSecondaryIndex["ProposalRow"]):  # type: ignore[no-untyped-call]
    """Proposals by state (`listed`), in the order in which they were made (`place`)."""

    class Meta:
        index_name = "by_state"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    listed = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class SourceIndex(GlobalSecondaryIndex["ProposalRow"]):  # type: ignore[no-untyped-call]
    """Proposals by source."""

    class Meta:
        index_name = "by_source"
        projection = KeysOnlyProjection()
        billing_mode = "PAY_PER_REQUEST"

    source = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class ProposalRow(Model):
    """One row of a proposal; the module's docstring lists its keys."""

    class Meta:
        table_name = "proposals"
        billing_mode = "PAY_PER_REQUEST"

    proposal = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()
    content = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    listed = UnicodeAttribute(null=True)
    source = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    by_state = StateIndex()
    by_source = SourceIndex()


MODELS: tuple[type[Model], ...] = (ProposalRow,)


def content_key(number: int) -> str:
    """Return the sort key of a portion of a large proposal's content, the first being 1."""
    return f"{CONTENT}{number:04d}"


def numbered(what: str, number: int) -> str:
    """Return the sort key of a part (PART) or its result (RESULT), the first being 1."""
    return f"{what}{number:05d}"
