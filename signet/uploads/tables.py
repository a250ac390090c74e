"""The table of uploads: one row a file, under its owner. What is in the files isn't here."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

FILE = "file#"


class UploadRow(Model):
    """What is known of one file that somebody sends or has sent."""

    class Meta:
        table_name = "uploads"
        billing_mode = "PAY_PER_REQUEST"

    owner = UnicodeAttribute(hash_key=True)  # member#NUMBER
    part = UnicodeAttribute(range_key=True)  # file#ID
    body = UnicodeAttribute()
    state = UnicodeAttribute()
    version = NumberAttribute(default=1)
    used = NumberAttribute(null=True)  # by how many places of other records
    # Only while nothing has arrived: an invitation that isn't used goes away by itself.
    expires = TTLAttribute(null=True)


MODELS: tuple[type[Model], ...] = (UploadRow,)
