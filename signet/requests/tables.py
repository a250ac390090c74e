"""The table of requests.

requests    partition key: request ID; sort key: the part
    head                  what is asked, by whom, about which record (model.Head); indexed below
    section#NAME          the answers of a section (model.SectionRow)
    document#CODE#UPLOAD  a file that is named as a document (model.Document)
    contributor#ID        what a contributor was asked, and answered (model.Contribution)
    event#0001 …          what happened (model.Event), in order
    letter#0007           the letter on the decision of that event (model.Letter); listed by record
    partition key letter#ID, sort key 0007#0 …: the bytes of that letter, in parts
    partition key secret#DIGEST, sort key "link": whose link a contributor's secret opens
    partition key open#ACCOUNT#KIND#RECORD, sort key "open": which request of a person's is open, ""
    in its body for none
    partition key "reminders#places", sort key a list's name: where the next run of reminders begins
"""

from __future__ import annotations

from pynamodb.attributes import (
    BinaryAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from signet.requests.model import Head

HEAD = "head"
SECTION, DOCUMENT, CONTRIBUTOR, EVENT = "section#", "document#", "contributor#", "event#"
LETTER = "letter#"
LINK, OPEN = "link", "open"
PLACES = "reminders#places"


class OwnerIndex(GlobalSecondaryIndex["RequestRow"]):  # type: ignore[no-untyped-call]
    """Requests by the account that asks, in the order in which they were begun."""

    class Meta:
        index_name = "by_owner"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    owner = UnicodeAttribute(hash_key=True)
    started = UnicodeAttribute(range_key=True)


class SubjectIndex(GlobalSecondaryIndex["RequestRow"]):  # type: ignore[no-untyped-call]
    """Requests by the record that they are about; and under `letters_key` their letters."""

    class Meta:
        index_name = "by_subject"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    subject = UnicodeAttribute(hash_key=True)
    started = UnicodeAttribute(range_key=True)


class WorkIndex(GlobalSecondaryIndex["RequestRow"]):  # type: ignore[no-untyped-call]
    """Requests that aren't closed, by who must act, in the order in which they are due."""

    class Meta:
        index_name = "by_work"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    work = UnicodeAttribute(hash_key=True)
    due = UnicodeAttribute(range_key=True)


class AssigneeIndex(GlobalSecondaryIndex["RequestRow"]):  # type: ignore[no-untyped-call]
    """Requests that aren't closed, by the officer they are assigned to."""

    class Meta:
        index_name = "by_assignee"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    assignee = UnicodeAttribute(hash_key=True)
    due = UnicodeAttribute(range_key=True)


class RequestRow(Model):
    """One row of a request; the module's docstring lists its keys."""

    class Meta:
        table_name = "requests"
        billing_mode = "PAY_PER_REQUEST"
        stream_view_type = "KEYS_ONLY"

    request = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()
    version = NumberAttribute(null=True)  # of the head row: grows with each write to any row
    owner = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    started = UnicodeAttribute(null=True)
    work = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    assignee = UnicodeAttribute(null=True)
    stage = UnicodeAttribute(null=True)  # as last written, for lists
    content = BinaryAttribute(null=True, legacy_encoding=False)  # part of a letter's bytes
    recused = UnicodeSetAttribute(null=True)  # accounts that take no part, for lists
    by_owner = OwnerIndex()
    by_subject = SubjectIndex()
    by_work = WorkIndex()
    by_assignee = AssigneeIndex()


MODELS: tuple[type[Model], ...] = (RequestRow,)


def event_part(number: int) -> str:
    """Return the sort key of an event, the first being 1."""
    return f"{EVENT}{number:04d}"


def letter_part(about: int) -> str:
    """Return the sort key of the letter on the decision of an event."""
    return f"{LETTER}{about:04d}"


def letters_key(subject: str) -> str:
    """Return the key in `by_subject` of the letters about a record."""
    return f"letters#{subject}"


def open_key(head: Head) -> str:
    """Return the partition key of the row that says which request of its kind is open."""
    return f"open#{head.owner}#{head.kind}#{head.subject}"


def secret_key(digest: str) -> str:
    """Return the partition key of a contributor's link."""
    return f"secret#{digest}"
