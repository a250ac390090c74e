"""The register's tables: keys and indexes, bound to names and a database when a program starts.

`register` holds `act` rows and snapshots. An `act` row holds the entries written to one record in
one operation; it is never changed. A snapshot is the record folded from its entries, for fast
reads. `contacts` holds private data; nothing that publishes imports it.
"""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from signet import tables

ACT = "act#"
SNAPSHOT = "snapshot"
LOADING = "loading"  # both keys of the one row that exists while a first load is under way
TAKEN = "taken"  # partition key of the rows with the date of each table's newest file
STREAM = "NEW_IMAGE"


class PermitIndex(GlobalSecondaryIndex["RegisterRow"]):  # type: ignore[no-untyped-call]
    """The rows of permits only, so that they can be read without the members'."""

    class Meta:
        index_name = "permits"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    permit = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)


class LimitedIndex(GlobalSecondaryIndex["RegisterRow"]):  # type: ignore[no-untyped-call]
    """The snapshots of members in a category limited to some years (DES-6), the longest first.

    They are few, and written with the record itself.
    """

    class Meta:
        index_name = "limited"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    limited = UnicodeAttribute(hash_key=True)
    limited_since = UnicodeAttribute(range_key=True)


class RegisterRow(Model):
    """One row of the register: an act (`part` is act#MOMENT#ID) or the record's snapshot."""

    class Meta:
        table_name = "register"
        encrypted_with = "register"
        billing_mode = "PAY_PER_REQUEST"
        stream_view_type = STREAM

    record = UnicodeAttribute(hash_key=True)  # member#NUMBER or permit#NUMBER
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()
    version = NumberAttribute(null=True)  # snapshots: the number of acts they are folded from
    permit = UnicodeAttribute(null=True)  # the number, on rows of permits only
    limited = UnicodeAttribute(null=True)  # the category, on snapshots of who is of a limited one
    limited_since = UnicodeAttribute(null=True)  # since when, and the number: DAY#NUMBER
    permits = PermitIndex()
    by_limit = LimitedIndex()


class ContactRow(Model):
    """A member's contact details: private, and read by member services only."""

    class Meta:
        table_name = "contacts"
        billing_mode = "PAY_PER_REQUEST"
        stream_view_type = "KEYS_ONLY"  # who reads it reads the row: it holds private data

    number = UnicodeAttribute(hash_key=True)
    email = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    birth_date = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    history = UnicodeAttribute(null=True)  # JSON: former values, and until when


MODELS: tuple[type[Model], ...] = (RegisterRow, ContactRow)


def bind(prefix: str | None = None) -> None:
    """Set the tables' names for this process; see `signet.tables`."""
    tables.bind(MODELS, prefix)


def create_missing() -> None:
    """Create the missing tables of a local database."""
    tables.create_missing(MODELS)
