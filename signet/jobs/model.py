"""The models of the career centre, as they are stored and shown.

Days are in the regulator's time zone, times in UTC, amounts in cents.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from signet.uploads.content import Kind


class StoredModel(BaseModel):
    """What is stored: a field that a newer version wrote is no reason not to read the rest."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, hide_input_in_errors=True, defer_build=True
    )


# Companies ----------------------------------------------------------------------------------------


class UserRole(StrEnum):
    """What a user may do for a company."""

    OWNER = "owner"  # the profile, the users and clients, buying credits, and all that posters do
    POSTER = "poster"  # postings, their applications, and looking for members


class Picture(StoredModel):
    """The public copy of a picture, by its file's id. `width` and `height` are as it is shown.

    `digest` is of its content (BLAKE2b of 128 bits, in hexadecimal), by which a build can tell
    what it has published before.
    """

    file: str
    kind: Kind
    digest: str
    width: int
    height: int


class Vouched(StoredModel):
    """That staff looked and found a company to hold a permit, under the name it had then."""

    permit: str
    name: str
    by: str
    on: date
    reason: str


class Blocked(StoredModel):
    """That staff keep a company from doing anything here, in words that its owners read."""

    words: str
    by: str
    on: date


class Company(StoredModel):
    """An employer, or a recruiter for other employers (JOB-3, JOB-7).

    `email` is where receipts go (JOB-2), `address` the postal address that they name. `permit` is
    the number of a permit that it says it holds; pages show it only once staff `vouched` for it.
    Nothing of a `blocked` company is shown. `former_names` it had here before; `former_marks` are
    its former websites, addresses and permits, and addresses of those who acted for it.
    `pictures` and `logo` are ids of the company's files,
    `copies` are of those that have a public copy.
    """

    id: str
    name: str
    email: str
    about: str = ""
    contact: str = ""
    website: str = ""
    social: tuple[str, ...] = ()
    video: str = ""
    permit: str = ""
    address: str = ""
    former_names: tuple[str, ...] = ()
    former_marks: tuple[str, ...] = ()
    logo: str = ""
    pictures: tuple[str, ...] = ()
    copies: tuple[Picture, ...] = ()
    third_party: bool = False
    registered_on: date
    vouched: Vouched | None = None
    blocked: Blocked | None = None
    version: int = 1

    @property
    def vouched_permit(self) -> str:
        """The permit that staff vouched for; "" if none, or if the name or number changed since."""
        vouched = self.vouched
        as_then = vouched is not None and (vouched.permit, vouched.name) == (self.permit, self.name)
        return self.permit if as_then else ""


class User(StoredModel):
    """A user of a company; `clients` limits a poster to these, and an empty one to none."""

    account: str
    email: str
    role: UserRole
    clients: tuple[str, ...] = ()
    version: int = 1


class Client(StoredModel):
    """A company that another recruits for, by the name that is shown (JOB-3).

    `former_names` are those it had here before, `former_marks` its former websites: members who hid
    from them still do.
    `logo` is the id of a file of the company that recruits, `copies` its public copy.
    """

    id: str
    name: str
    website: str = ""
    logo: str = ""
    copies: tuple[Picture, ...] = ()
    former_names: tuple[str, ...] = ()
    former_marks: tuple[str, ...] = ()
    active: bool = True
    version: int = 1


# Credits ------------------------------------------------------------------------------------------


class Lot(StoredModel):
    """Credits that came together, and how many are left. They last to the end of `expires_on`."""

    id: str
    left: int
    expires_on: date


class Credits(StoredModel):
    """A company's credits: what its ledger comes to, changed only with an entry of it.

    `entries` is how many entries there are; `lots` are those with something left, the first to
    expire first.
    """

    entries: int = 0
    lots: tuple[Lot, ...] = ()
    version: int = 0

    @property
    def balance(self) -> int:
        """All credits that are left: the sum of the ledger."""
        return sum(lot.left for lot in self.lots)

    def usable(self, today: date) -> int:
        """Return how many credits can be spent on a day."""
        return sum(lot.left for lot in self.lots if lot.expires_on >= today)


class EntryKind(StrEnum):
    """Why credits were added or taken."""

    GRANT = "grant"  # by staff, with a reason
    PURCHASE = "purchase"
    CARRIED = "carried"  # over from the former system (JOB-2)
    SPEND = "spend"  # on a posting
    RETURN = "return"  # of a spend, because a posting was refused
    REFUND = "refund"  # taken because the money was refunded
    EXPIRY = "expiry"


class Taken(StoredModel):
    """How many credits an entry took from a lot (below 0), or put there."""

    lot: str
    credits: int
    expires_on: date


class Entry(StoredModel):
    """One entry of a ledger. `credits` is below 0 where they went; it is the sum of `lots`.

    `about` is what it is about: a posting, a session of the checkout, a reference of the former
    system. `cents` and `tax` are what was paid, for a purchase; `reason` is staff's.
    """

    number: int
    kind: EntryKind
    credits: int
    lots: tuple[Taken, ...]
    on: date
    at: datetime
    by: str
    about: str = ""
    reason: str = ""
    cents: int = 0
    tax: int = 0


class Counter(StoredModel):
    """The last running number that was taken."""

    last: int = 0
    version: int = 0


class Refund(StoredModel):
    """Money that staff asked the processor to send back, by the operation that asked.

    `credits` are to go with it. It is `done` once the processor tells that the money went.
    """

    id: str
    cents: int
    credits: int
    reason: str
    by: str
    on: date
    done: bool = False


class CreditNote(StoredModel):
    """A refund of a payment, as shown to its buyer; `credits` are those removed with it."""

    number: str
    on: date
    cents: int
    tax: int
    credits: int
    reason: str = ""


class PaymentState(StrEnum):
    """The outcome of a paid checkout."""

    CREDITED = "credited"
    ODD = "odd"  # not the package's price: nothing was credited, staff look into it
    REFUNDED = "refunded"
    SETTLED = "settled"  # it was odd, and staff have recorded what they did about it


class Payment(StoredModel):
    """A paid checkout, and the lot that it made. `intent` is the processor's id of the payment.

    `words` say what staff did about an odd one, or about one that the bank asks back:
    `disputed_cents` of it, `open_dispute` until they said so. What its receipt says of the
    package, the tax and whoever paid is kept as it was then; of one kept before that it is empty.
    `refunds` were asked for by staff. `credits_back` is how many credits the money that went back
    stands for; None where it was kept before that was counted.
    """

    session: str
    intent: str
    company: str
    package: str
    credits: int
    cents: int
    tax: int
    currency: str
    paid_on: date
    receipt: str
    lot: str = ""
    state: PaymentState = PaymentState.CREDITED
    refunded_cents: int = 0
    disputed_cents: int = 0
    open_dispute: bool = False
    words: str = ""
    package_name: str = ""
    tax_name: str = ""
    tax_percent: str = ""
    registration: str = ""
    paid_by: str = ""
    paid_by_address: str = ""
    refunds: tuple[Refund, ...] = ()
    notes: tuple[CreditNote, ...] = ()
    credits_back: int | None = None
    version: int = 1

    @property
    def returnable(self) -> int:
        """Cents that were neither refunded nor asked to be."""
        asked = sum(one.cents for one in self.refunds if not one.done)
        return max(0, self.cents - self.refunded_cents - asked)


class LegacyCredits(StoredModel):
    """Credits that the former system left for an address (JOB-2); `claimed_by` is a company."""

    reference: str
    email: str
    name: str
    credits: int
    expires_on: date
    claimed_by: str = ""
    version: int = 1


# Postings -----------------------------------------------------------------------------------------


class PostingState(StrEnum):
    """The state of a posting; docs/careers.md describes the transitions and who makes them."""

    DRAFT = "draft"
    AWAITING = "awaiting"  # paid for, awaiting staff's approval
    LIVE = "live"  # shown from its first to its last day
    PAUSED = "paused"  # not shown; its days still count
    CLOSED = "closed"  # by its company, before its last day
    ENDED = "ended"  # by its last day


OVER = frozenset({PostingState.CLOSED, PostingState.ENDED})


class Pay(StoredModel):
    """What is paid, in the policy's currency, for each period ("hour", "year").

    Without `least` it is up to `most`, without `most` from `least` on; one of them is there.
    """

    least: Decimal | None = None
    most: Decimal | None = None
    period: str


class Way(StrEnum):
    """How to apply for a job."""

    SITE = "site"
    LINK = "link"
    EMAIL = "email"


class Terms(StoredModel):
    """What a posting says. `description` is Markdown; `how_to` the address or link to apply at."""

    title: str
    occupation: str
    discipline: str
    level: str
    employment_type: str
    place: str = ""
    remote: bool = False
    pay: Pay | None = None
    description: str
    way: Way = Way.SITE
    how_to: str = ""
    designation: str = ""
    client: str = ""


class Posting(StoredModel):
    """A posting. `starts_on` and `ends_on` are its first and last day, None before it is paid for.

    `asked_from` is the first day that was asked for; `spent` how many credits it has cost; `words`
    what staff say who refused it. `hidden` that no page says it is over: staff took it down, or the
    public didn't see it any more when it ended. `version` grows with each change.
    """

    number: str
    company: str
    terms: Terms
    state: PostingState = PostingState.DRAFT
    made_on: date
    by: str
    asked_from: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    over_on: date | None = None
    spent: int = 0
    spends: tuple[Taken, ...] = ()
    words: str = ""
    hidden: bool = False
    edited_at: datetime | None = None
    version: int = 1


class Past(StoredModel):
    """A posting's words as they were shown to the public before an edit, and until when.

    `reason` is why staff corrected them, "" where their company changed them.
    """

    terms: Terms
    version: int
    until: datetime
    by: str
    reason: str = ""


class Place(StoredModel):
    """A place of the staff's list (JOB-9); `active` that it can be chosen."""

    slug: str
    name: str
    province: str
    active: bool = True
    version: int = 1
