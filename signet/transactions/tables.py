"""The tables that every service writes to beside its own."""

from __future__ import annotations

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model


class OperationRow(Model):
    """A completed operation and its result, stored for good so that no repeat takes effect."""

    class Meta:
        table_name = "acts"
        billing_mode = "PAY_PER_REQUEST"

    act = UnicodeAttribute(hash_key=True)  # OWNER#ID
    digest = UnicodeAttribute()
    result = UnicodeAttribute()


class OfficerIndex(GlobalSecondaryIndex["AuditRow"]):  # type: ignore[no-untyped-call]
    """The lines of one account, in order of time."""

    class Meta:
        index_name = "by_officer"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    by = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)


class DayIndex(GlobalSecondaryIndex["AuditRow"]):  # type: ignore[no-untyped-call]
    """The lines of one UTC day, in order of time."""

    class Meta:
        index_name = "by_day"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    day = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)


class AuditRow(Model):
    """Who did or saw what; append-only. Rows older than the indexes lack `by` and `day`."""

    class Meta:
        table_name = "audit"
        billing_mode = "PAY_PER_REQUEST"

    subject = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)  # MOMENT#ID
    body = UnicodeAttribute()
    by = UnicodeAttribute(null=True)
    day = UnicodeAttribute(null=True)
    by_officer = OfficerIndex()
    by_day = DayIndex()


class MailQueue(GlobalSecondaryIndex["OutboxRow"]):  # type: ignore[no-untyped-call]
    """The rows that are pending, postponed or dead letters, by when they are due."""

    class Meta:
        index_name = "queue"
        projection = KeysOnlyProjection()
        billing_mode = "PAY_PER_REQUEST"

    queue = UnicodeAttribute(hash_key=True)
    due = UnicodeAttribute(range_key=True)


class OutboxRow(Model):
    """A mail to be sent, written with the change it is about."""

    class Meta:
        table_name = "outbox"
        billing_mode = "PAY_PER_REQUEST"
        stream_view_type = "NEW_IMAGE"

    id = UnicodeAttribute(hash_key=True)
    recipient = UnicodeAttribute()  # an address, or member#NUMBER, whose address is read on sending
    template = UnicodeAttribute()
    facts = UnicodeAttribute()
    sealed = BinaryAttribute(null=True, legacy_encoding=False)  # recipient, facts if confidential
    limited = BooleanAttribute(null=True)  # counts toward its recipient's daily limit
    attempts = NumberAttribute(default=0)
    postponed = NumberAttribute(default=0)  # how often that limit was reached
    queue = UnicodeAttribute(null=True)  # waiting, postponed, dead; none once it is sent
    due = UnicodeAttribute(null=True)
    sent_at = UnicodeAttribute(null=True)
    expires = TTLAttribute(null=True)
    queued = MailQueue()


MODELS: tuple[type[Model], ...] = (OperationRow, AuditRow, OutboxRow)
