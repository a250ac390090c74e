"""The database table of the lease that stops two publishers from running at once."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model


class LeaseRow(Model):
    """Who may publish to a target, and until when; never deleted, as its term only ever grows."""

    class Meta:
        table_name = "leases"
        encrypted_with = "register"
        billing_mode = "PAY_PER_REQUEST"

    place = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute()
    until = NumberAttribute()  # seconds since 1970
    term = NumberAttribute()  # a fencing number: each later holder has a higher one


MODELS: tuple[type[Model], ...] = (LeaseRow,)
