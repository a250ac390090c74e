"""The table of uploads: one row for each file, under its owner, without the file's content."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

FILE = "file#"


class UnusedIndex(GlobalSecondaryIndex["UploadRow"]):  # type: ignore[no-untyped-call]
    """Files that no record names and that are erased after a while, by purpose and time."""

    class Meta:
        index_name = "by_unused"
        projection = KeysOnlyProjection()
        billing_mode = "PAY_PER_REQUEST"

    unused = UnicodeAttribute(hash_key=True)
    since = UnicodeAttribute(range_key=True)


class UploadRow(Model):
    """What is known of one file that a person sends or has sent."""

    class Meta:
        table_name = "uploads"
        billing_mode = "PAY_PER_REQUEST"

    owner = UnicodeAttribute(hash_key=True)  # member#NUMBER, account#ID, company#ID
    part = UnicodeAttribute(range_key=True)  # file#ID
    body = UnicodeAttribute()
    state = UnicodeAttribute()
    version = NumberAttribute(default=1)
    used = NumberAttribute(null=True)  # how many times other records name it
    # Only while nothing has arrived: an invitation that isn't used expires.
    expires = TTLAttribute(null=True)
    unused = UnicodeAttribute(null=True)  # its purpose, while nothing names it
    since = UnicodeAttribute(null=True)  # since when that is, in UTC
    by_unused = UnusedIndex()


MODELS: tuple[type[Model], ...] = (UploadRow,)
