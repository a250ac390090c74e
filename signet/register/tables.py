"""The register's tables: keys and indexes, bound to names and a database when a program starts.

`register` holds acts and snapshots. An act is what was recorded at once for one record: one or more
entries, written together and never changed. A snapshot is the record folded from its acts, for
reading fast. `contacts` holds what is private; nothing that publishes imports it.
"""

from __future__ import annotations

import os
from pathlib import Path

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

ACT = "act#"
SNAPSHOT = "snapshot"
LOADING = "loading"  # both keys of the one row that is there while a first load is under way
STREAM = "NEW_IMAGE"
LOCAL_SETTINGS = Path(__file__).resolve().parents[2] / "var" / "local.env"
NEEDED = "AWS_ENDPOINT_URL_DYNAMODB"


class PermitIndex(GlobalSecondaryIndex["RegisterRow"]):  # type: ignore[no-untyped-call]
    """The rows of permits alone, so that they can be read without the members'."""

    class Meta:
        index_name = "permits"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    permit = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)


class RegisterRow(Model):
    """One row of the register: an act (`part` is act#MOMENT#ID) or the record's snapshot."""

    class Meta:
        table_name = "register"
        billing_mode = "PAY_PER_REQUEST"
        stream_view_type = STREAM

    record = UnicodeAttribute(hash_key=True)  # member#NUMBER or permit#NUMBER
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()
    version = NumberAttribute(null=True)  # snapshots: how many acts they are folded from
    permit = UnicodeAttribute(null=True)  # the number, on rows of permits only
    permits = PermitIndex()


class ContactRow(Model):
    """How a member is reached: private, and read by member services alone."""

    class Meta:
        table_name = "contacts"
        billing_mode = "PAY_PER_REQUEST"

    number = UnicodeAttribute(hash_key=True)
    email = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    birth_date = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)


MODELS: tuple[type[Model], ...] = (RegisterRow, ContactRow)


def bind(prefix: str | None = None) -> None:
    """Name the tables (SIGNET_TABLES, by default `signet-`) for this process.

    Settings of the local database, where `make demo` runs one, are taken when none are set.
    """
    _take_local_settings()
    chosen = os.environ.get("SIGNET_TABLES", "signet-") if prefix is None else prefix
    for model in MODELS:
        plain = model.Meta.table_name.rpartition("-")[2]
        model.Meta.table_name = f"{chosen}{plain}"
        model.Meta.region = os.environ.get("AWS_REGION", "ca-central-1")
        model.Meta.host = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
        model._connection = None


def _take_local_settings() -> None:
    if NEEDED in os.environ or "AWS_REGION" in os.environ or not LOCAL_SETTINGS.exists():
        return
    for line in LOCAL_SETTINGS.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name.strip(), value.strip())


def create_missing() -> None:
    """Make the tables that aren't there: for a database on one machine; AWS's are made by infra."""
    for model in MODELS:
        if not model.exists():
            model.create_table(wait=True)
