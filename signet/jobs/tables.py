"""The table of the career centre: whose rows they are is the hash key, so nobody reaches another's.

owner company#ID, parts
    company                    its profile (model.Company); listed under companies by name
    user#ACCOUNT               somebody who acts for it (model.User)
    client#ID                  a company that it recruits for (model.Client, JOB-3)
    picture#FILE               the public copy of one of its pictures (model.Picture), in `content`
    credits                    its credits, lot by lot (model.Credits); listed by the next expiry
    ledger#00000001            an entry of the ledger (model.Entry), only ever added
    posting#NUMBER             a posting (model.Posting); listed by its state
    past#NUMBER#0001           a posting as it was in that version (model.Past)
    recused#ACCOUNT            an officer who decides nothing about it (conflicts.Recusal)
    request#HANDLE             its request for a member's contact details (model.Request)
owner posting#NUMBER, parts
    home                       which company's it is: what a page's address leads by
    application#ACCOUNT        an application (model.Application); listed by the day of its erasure
    day#2026-11-26#views       how many viewed it that day, in `counted`
    day#2026-11-26#applied     how many applied that day, in `counted`
owner account#ID, parts
    company#ID                 that the account acts for the company
    application#NUMBER         that the account applied there (model.Applied)
owner member#NUMBER, parts
    profile                    the career profile (model.Profile)
    profile#0 …                one for each of its disciplines while employers find it; listed there
    request#COMPANY            a company's request for contact details (model.Request)
    digest                     the digest's state (model.Digest)
owner profile#HANDLE, part home        whose profile it is
owner payment#SESSION, part payment    a paid checkout (model.Payment)
owner intent#ID, part payment          which checkout a payment was made in, by the processor's id
owner event#ID, part event             that an event of the payment processor was dealt with
owner company#ID, account#ID or recipient#HASH
    sent#2026-11-26            how many mails it caused or got that day, in `counted` (T22)
owner numbers#R, part 2026             the last receipt of a year (model.Counter); C: credit notes
owner carried#ADDRESS, part REF        credits of the former system (model.Carried, JOB-2)
owner reference#REF, part home         for which address such credits are: each is claimed once
owner places, part SLUG                a place of the list that staff keep (model.Place, JOB-9)

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
    """What is listed, by what it is listed under and in the order of `place`.

    companies by name; postings#live by the last day; postings#awaiting by the day they were sent
    in; postings#over by the day they were over; expiring (credits) and retained (applications) by
    the day something is due; profiles#DISCIPLINE by handle; standings (profiles) by the day from
    which the register may say something else; payments#odd by session.
    """

    class Meta:
        index_name = "by_listing"
        projection = AllProjection()
        billing_mode = "PAY_PER_REQUEST"

    listed = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class JobRow(Model):
    """One row: see the module for its keys."""

    class Meta:
        table_name = "jobs"
        billing_mode = "PAY_PER_REQUEST"
        # Whoever hears of a change learns what to read, and no word of an application.
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
    """Return the hash key of a company's rows."""
    return f"company#{id_}"


def posting(number: str) -> str:
    """Return the hash key of what readers do with a posting."""
    return f"posting#{number}"


def account(id_: str) -> str:
    """Return the hash key of an account's rows."""
    return f"account#{id_}"


def member(number: str) -> str:
    """Return the hash key of a member's rows."""
    return f"member#{number}"


def profile(handle: str) -> str:
    """Return the hash key by which a published profile is found."""
    return f"profile#{handle}"


def payment(session: str) -> str:
    """Return the hash key of a checkout."""
    return f"payment#{session}"


def intent(id_: str) -> str:
    """Return the hash key of a payment, by what the payment processor calls it."""
    return f"intent#{id_}"


def recipient(hash_: str) -> str:
    """Return the hash key of whoever mail is sent to, by a hash of the address."""
    return f"recipient#{hash_}"


def sent_part(day: date) -> str:
    """Return the range key of a day's count of mails."""
    return f"sent#{day}"


def numbers(letter: str) -> str:
    """Return the hash key of the counters of receipts (R) or credit notes (C), a part a year."""
    return f"numbers#{letter}"


def event(id_: str) -> str:
    """Return the hash key of an event of the payment processor."""
    return f"event#{id_}"


def carried(address: str) -> str:
    """Return the hash key of what the former system left for an address."""
    return f"carried#{address}"


def reference(of: str) -> str:
    """Return the hash key by which credits of the former system are found."""
    return f"reference#{of}"


def user_part(account_id: str) -> str:
    """Return the range key of somebody who acts for a company."""
    return f"user#{account_id}"


def recused_part(account_id: str) -> str:
    """Return the range key of an officer's taking no part in what is decided about a company."""
    return f"recused#{account_id}"


def client_part(id_: str) -> str:
    """Return the range key of a client company."""
    return f"client#{id_}"


def picture_part(file: str) -> str:
    """Return the range key of the public copy of a company's picture."""
    return f"picture#{file}"


def entry_part(number: int) -> str:
    """Return the range key of an entry of the ledger, the first being 1."""
    return f"ledger#{number:08d}"


def posting_part(number: str) -> str:
    """Return the range key of a posting among its company's."""
    return f"posting#{number}"


def past_part(number: str, version: int) -> str:
    """Return the range key of a posting as it was in a version."""
    return f"past#{number}#{version:04d}"


def application_part(of: str) -> str:
    """Return the range key of an application: of an account's there, to a posting here."""
    return f"application#{of}"


def request_part(of: str) -> str:
    """Return the range key of a request for contact details."""
    return f"request#{of}"


def day_part(day: date, what: str) -> str:
    """Return the range key of a day's count, of VIEWS or APPLIED."""
    return f"day#{day}#{what}"
