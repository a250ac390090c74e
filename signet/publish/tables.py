"""The table that keeps two publishers apart."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model


class LeaseRow(Model):
    """Who may publish to a place, and until when; kept for good, as its count only ever grows."""

    class Meta:
        table_name = "leases"
        billing_mode = "PAY_PER_REQUEST"

    place = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute()
    until = NumberAttribute()  # seconds since 1970
    term = NumberAttribute()  # counts the holders: a later one has a higher number


MODELS: tuple[type[Model], ...] = (LeaseRow,)
