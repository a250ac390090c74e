"""The table of uploads: one row a file, under its owner. What is in the files isn't here."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

FILE = "file#"


class UnusedIndex(GlobalSecondaryIndex["UploadRow"]):  # type: ignore[no-untyped-call]
    """Files that no record names and that go by themselves, by purpose: since when."""

    class Meta:
        index_name = "by_unused"
        projection = KeysOnlyProjection()
        billing_mode = "PAY_PER_REQUEST"

    unused = UnicodeAttribute(hash_key=True)
    since = UnicodeAttribute(range_key=True)


class UploadRow(Model):
    """What is known of one file that somebody sends or has sent."""

    class Meta:
        table_name = "uploads"
        billing_mode = "PAY_PER_REQUEST"

    owner = UnicodeAttribute(hash_key=True)  # member#NUMBER, account#ID, company#ID
    part = UnicodeAttribute(range_key=True)  # file#ID
    body = UnicodeAttribute()
    state = UnicodeAttribute()
    version = NumberAttribute(default=1)
    used = NumberAttribute(null=True)  # by how many places of other records
    # Only while nothing has arrived: an invitation that isn't used goes away by itself.
    expires = TTLAttribute(null=True)
    unused = UnicodeAttribute(null=True)  # its purpose, while nothing names it
    since = UnicodeAttribute(null=True)  # since when that is, in UTC
    by_unused = UnusedIndex()


MODELS: tuple[type[Model], ...] = (UploadRow,)
