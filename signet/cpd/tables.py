"""The DynamoDB table of CPD.

The partition key `owner` keeps rows apart: a query for one owner never reaches another's rows. The
sort key is `part`.

owner member#NUMBER, parts
    year#2026                          the year's summary (model.Year); listed by its standing
    year#2026#activity#ID              an activity (model.Activity)
    year#2026#audit                    the audit of the year (model.AuditCase); listed by its state
    year#2026#declaration#0001         a declaration (model.Declaration)
    history#2026#ID#0001               an activity as it was in that version (model.Past)
    not_practising#SINCE#ID            a declaration of not practising (model.NotPractising)
owner desk#2026, parts
    figures#0 … figures#7              counts of the year's standings, in shards
    and the rows of the roll, the draw and the nightly run (desk.year_model)
owner officer#ACCOUNT, parts
    recused#NUMBER                     that the officer takes no part in a member's CPD
                                       (conflicts.Recusal); listed by the member

One query for year#2026 returns all of a year. `version` is 1 when a row is first written.
"""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

FIGURE_SHARDS = 8


class StandingIndex(GlobalSecondaryIndex["CpdRow"]):  # type: ignore[no-untyped-call]
    """The index behind the desk's lists: years, audits, declarations, recusals.

    Its partition key `listed` is 2026#short, 2026#audit#asked, not_practising or recused#NUMBER.
    Its sort key `place` is the member's number, after the due day for audits and the last day for
    declarations of not practising; for recusals it is the officer's account.
    """

    class Meta:
        index_name = "by_standing"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    listed = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class CpdRow(Model):
    """One row; the module describes its keys."""

    class Meta:
        table_name = "cpd"
        billing_mode = "PAY_PER_REQUEST"

    owner = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    listed = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    # Counts of a shard of figures; an absent one is 0.
    exempt = NumberAttribute(null=True)
    declared = NumberAttribute(null=True)
    satisfied = NumberAttribute(null=True)
    short = NumberAttribute(null=True)
    under_audit = NumberAttribute(null=True)
    by_standing = StandingIndex()


MODELS: tuple[type[Model], ...] = (CpdRow,)


def partition_key(member: str) -> str:
    """Return the partition key of a member's rows."""
    return f"member#{member}"


def desk(year: int) -> str:
    """Return the partition key of the desk's own rows for a year."""
    return f"desk#{year:04d}"


def officer(account: str) -> str:
    """Return the partition key of an officer's rows."""
    return f"officer#{account}"


def recusal_key(number: str) -> str:
    """Return the sort key of an officer's recusal from a member's record."""
    return f"recused#{number}"


def year_key(year: int) -> str:
    """Return the sort key of a year's summary; every row of the year begins with it."""
    return f"year#{year:04d}"


def activity_key(year: int, id_: str) -> str:
    """Return the sort key of an activity."""
    return f"{year_key(year)}#activity#{id_}"


def audit_key(year: int) -> str:
    """Return the sort key of a year's audit."""
    return f"{year_key(year)}#audit"


def declaration_key(year: int, number: int) -> str:
    """Return the sort key of a declaration, the first being 1."""
    return f"{year_key(year)}#declaration#{number:04d}"


def past_key(year: int, id_: str, version: int) -> str:
    """Return the sort key of an activity as it was in a version."""
    return f"history#{year:04d}#{id_}#{version:04d}"


def not_practising_key(since: str, id_: str) -> str:
    """Return the sort key of a declaration of not practising; they sort by first day."""
    return f"not_practising#{since}#{id_}"


def figures_key(shard: int) -> str:
    """Return the sort key of a shard of the year's figures."""
    return f"figures#{shard}"
