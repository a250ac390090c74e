"""The career centre's table: partitioned by owner, so that no request reaches another's rows.

By partition key (`owner`) and sort keys (`part`):

owner company#ID, parts
    company                    its profile (model.Company); listed under companies by name
    user#ACCOUNT               a user who acts for it (model.User)
    client#ID                  a company that it recruits for (model.Client, JOB-3)
    picture#FILE               the public copy of one of its pictures (model.Picture), in `content`
    credits                    its credits, lot by lot (model.Credits); listed by the next expiry
    ledger#00000001            an entry of the ledger (model.Entry), append-only
    posting#NUMBER             a posting (model.Posting); listed by its state
    past#NUMBER#0001           a posting as it was in that version (model.Past)
    recused#ACCOUNT            an officer who may not decide about it (conflicts.Recusal)
    request#HANDLE             its request for a member's contact details (model.Request)
owner posting#NUMBER, parts
    home                       the id of its company, to look up the number in a URL
    application#ACCOUNT        an application (model.Application); listed by the day of its erasure
    day#2026-11-26#views       how many viewed it that day, in `counted`
    day#2026-11-26#applied     how many applied that day, in `counted`
owner account#ID, parts
    company#ID                 that the account acts for the company
    application#NUMBER         that the account applied there (model.Applied)
owner member#NUMBER, parts
    profile                    the career profile (model.Profile)
    profile#0 …                one for each discipline, while employers can find it; listed there
    request#COMPANY            a company's request for contact details (model.Request)
    digest                     the state of the member's digest (model.Digest)
owner profile#HANDLE, part home        the number of its member
owner payment#SESSION, part payment    a paid checkout (model.Payment)
owner intent#ID, part payment          the checkout of a payment, by the processor's id
owner event#ID, part event             that an event of the payment processor was handled
owner company#ID or account#ID
    sent#2026-11-26            how many mails it caused that day, in `counted` (T22)
owner numbers#R, part 2026             the last receipt of a year (model.Counter); #C: credit notes
owner carried#ADDRESS, part REF        credits of the former system (model.Carried, JOB-2)
owner reference#REF, part home         the address such credits are for: each is claimed once
owner places, part SLUG                a place on the list that staff maintain (model.Place, JOB-9)

`version` is 1 when a row is first written.
"""

from __future__ import annotations

from datetime import date

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

COMPANY, CREDITS, HOME, PROFILE = "company", "credits", "home", "profile"
DIGEST, PAYMENT, EVENT, PLACES = "digest", "payment", "event", "places"
VIEWS, APPLIED = "views", "applied"


class ListingIndex(GlobalSecondaryIndex["JobRow"]):  # type: ignore[no-untyped-call]
    """The index of lists: rows by the list that they are in (`listed`), in the order of `place`.

    companies by name; postings#live by the last day; postings#awaiting by the first day asked for;
    postings#over by the day they were over; expiring (credits) and retained (applications) by the
    day something is due; requests by the day they lapse or are erased; profiles#DISCIPLINE by
    handle; standings (profiles) by the day from which the register may say something else;
    payments#odd by session.
    """

    class Meta:
        index_name = "by_listing"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    listed = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class JobRow(Model):
    """One row: see the module docstring for its keys."""

    class Meta:
        table_name = "jobs"
        encrypted_with = "jobs"
        billing_mode = "PAY_PER_REQUEST"
        # Subscribers to the stream learn which row to read, and no content of an application.
        stream_view_type = "KEYS_ONLY"

    owner = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    listed = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    counted = NumberAttribute(null=True)  # of a day's views or applications
    content = BinaryAttribute(null=True, legacy_encoding=False)  # what is in a picture
    by_listing = ListingIndex()


MODELS: tuple[type[Model], ...] = (JobRow,)


def company(id_: str) -> str:
    """Return the partition key of a company's rows."""
    return f"company#{id_}"


def posting(number: str) -> str:
    """Return the partition key of what readers do with a posting."""
    return f"posting#{number}"


def account(id_: str) -> str:
    """Return the partition key of an account's rows."""
    return f"account#{id_}"


def member(number: str) -> str:
    """Return the partition key of a member's rows."""
    return f"member#{number}"


def profile(handle: str) -> str:
    """Return the partition key by which a published profile is found."""
    return f"profile#{handle}"


def payment(session: str) -> str:
    """Return the partition key of a checkout."""
    return f"payment#{session}"


def intent(id_: str) -> str:
    """Return the partition key of a payment, by the payment processor's id."""
    return f"intent#{id_}"


def sent_key(day: date) -> str:
    """Return the sort key of a day's count of mails."""
    return f"sent#{day}"


def numbers(letter: str) -> str:
    """Return the partition key of the yearly counters of receipts (R) or credit notes (C)."""
    return f"numbers#{letter}"


def event(id_: str) -> str:
    """Return the partition key of an event of the payment processor."""
    return f"event#{id_}"


def legacy_key(address: str) -> str:
    """Return the partition key of the former system's credits for an address."""
    return f"carried#{address}"


def reference(of: str) -> str:
    """Return the partition key by which credits of the former system are found."""
    return f"reference#{of}"


def user_key(account_id: str) -> str:
    """Return the sort key of a user who acts for a company."""
    return f"user#{account_id}"


def recusal_key(account_id: str) -> str:
    """Return the sort key of an officer's recusal from decisions about a company."""
    return f"recused#{account_id}"


def client_key(id_: str) -> str:
    """Return the sort key of a client company."""
    return f"client#{id_}"


def picture_key(file: str) -> str:
    """Return the sort key of the public copy of a company's picture."""
    return f"picture#{file}"


def entry_key(number: int) -> str:
    """Return the sort key of an entry of the ledger, the first being 1."""
    return f"ledger#{number:08d}"


def posting_key(number: str) -> str:
    """Return the sort key of a posting among its company's."""
    return f"posting#{number}"


def past_key(number: str, version: int) -> str:
    """Return the sort key of a posting as it was in a version."""
    return f"past#{number}#{version:04d}"


def application_key(of: str) -> str:
    """Return the sort key of an application, by the account or the posting at its other end."""
    return f"application#{of}"


def request_key(of: str) -> str:
    """Return the sort key of a request for contact details."""
    return f"request#{of}"


def day_key(day: date, what: str) -> str:
    """Return the sort key of a day's count, of VIEWS or APPLIED."""
    return f"day#{day}#{what}"
