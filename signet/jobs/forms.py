"""What employers, members and staff submit: one model for each form, and the same as JSON."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from signet.jobs.applicant_model import Mark
from signet.jobs.model import UserRole, Way
from signet.jobs.postings.pay import amount, money

NAME_MOST = 150
LINE_MOST = 300
TEXT_MOST = 10_000
MESSAGE_MOST = 4_000
PICTURES = 6
HIDDEN_MOST = 5  # companies that a member can hide a profile from
MARKED = "Plain words. Write headings, lists and links as shown below."


_BREAK = re.compile(r"\s*[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]\s*")


def _one_line(text: str) -> str:
    return _BREAK.sub(" ", text)


# Stays on one line wherever it is shown: in a mail, a line of its own would look like ours.
Line = Annotated[str, AfterValidator(_one_line)]


_LINKED = re.compile(
    r"://|\bwww\.|@|\b[\w-]+\.(?:com|ca|net|org|info|biz|io|co|app|dev|xyz|top|online|site|shop|link)\b",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"(?:\d[\s().+-]*){7,}")
# A numbered company's name contains its incorporation number: 1819160 Alberta Ltd.
_NUMBERED = re.compile(
    r"(?<![\d-])(?:\d{6,9}|1000\d{6}|\d{4}-\d{4})\s+"
    r"(?:Alberta|AB|B\.?\s?C\.?|British Columbia|Canada|Manitoba|New Brunswick|Newfoundland"
    r"(?: (?:and|&) Labrador)?|Northwest Territories|Nova Scotia|Nunavut|Ontario"
    r"|Prince Edward Island|Qu[eé]bec|Saskatchewan|Yukon)\s+"
    r"(?:Ltd|Limited|Lt[eé]e|Inc|Incorporated|Corp|Corporation|Company|Co|ULC)\b\.?",
    re.IGNORECASE,
)


def _nameable(text: str) -> str:
    """Refuse a name that a mail program would turn into a link, or with a number to call (T22)."""
    if _LINKED.search(text) or _TELEPHONE.search(_NUMBERED.sub("", text)):
        raise ValueError("Give only the name, without a web or e-mail address or a phone number")
    return text


# A name that appears in mail to others.
Name = Annotated[Line, AfterValidator(_nameable)]


class Sent(BaseModel):
    """What somebody sends: unknown fields are refused, and an error repeats no value."""

    model_config = ConfigDict(
        defer_build=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )


class Versioned(Sent):
    """Which version of something was seen by who now does something with it."""

    version: int = Field(title="Version", ge=1)


class CompanyDraft(Sent):
    """A company as its users describe it (JOB-7)."""

    name: Name = Field(title="Name of the company", min_length=1, max_length=NAME_MOST)
    email: Line = Field(
        title="E-mail address for receipts",
        description="Receipts for job credits go there.",
        min_length=3,
        max_length=254,
    )
    address: Line = Field(
        "",
        title="Postal address for receipts",
        description="It appears on receipts, and isn’t published.",
        max_length=LINE_MOST,
    )
    about: str = Field("", title="About the company", max_length=TEXT_MOST)
    contact: Line = Field("", title="Whom to contact", max_length=LINE_MOST)
    website: Line = Field("", title="Website", max_length=LINE_MOST)
    social: tuple[Line, ...] = Field((), title="Links to social media", max_length=6)
    video: Line = Field(
        "",
        title="Link to a video",
        description="Postings link to it, but don’t play it.",
        max_length=LINE_MOST,
    )
    permit: Line = Field("", title="Number of the permit to practise", max_length=20)
    third_party: bool = Field(False, title="We recruit for other companies")


class CompanyEdit(CompanyDraft):
    """A company changed. `version` is the one that was seen; pictures are ids of its files."""

    logo: str = Field("", title="Logo", max_length=64)
    pictures: tuple[str, ...] = Field((), title="Pictures", max_length=PICTURES)
    version: int = Field(title="Version", ge=1)


class UserDraft(Sent):
    """A new user of a company."""

    email: Line = Field(title="E-mail address", min_length=3, max_length=254)
    role: UserRole = Field(title="What they may do")
    clients: tuple[str, ...] = Field((), title="Only for these clients", max_length=200)


class ClientDraft(Sent):
    """A company that another recruits for (JOB-3)."""

    name: Name = Field(title="Name of the client", min_length=1, max_length=NAME_MOST)
    website: Line = Field("", title="Website", max_length=LINE_MOST)


class ClientEdit(ClientDraft):
    """A corrected client. `version` is the one that was seen; its logo is one of our pictures."""

    logo: str = Field("", title="Logo", max_length=64)
    version: int = Field(title="Version", ge=1)


Money = Annotated[Decimal, BeforeValidator(money)]
Amount = Annotated[
    Decimal | None,
    Field(ge=0, le=10_000_000, decimal_places=2),
    BeforeValidator(amount),
]


class PostingDraft(Sent):
    """A posting as its company describes it."""

    title: Line = Field(title="Title of the job", min_length=3, max_length=NAME_MOST)
    occupation: str = Field(title="Occupation", max_length=5)
    discipline: str = Field(title="Discipline", max_length=80)
    level: str = Field(title="Level", max_length=40)
    employment_type: str = Field(title="Type of employment", max_length=40)
    place: str = Field(
        "",
        title="Place",
        description="Empty if it is all done from home.",
        max_length=80,
    )
    remote: bool = Field(False, title="It can be done from home")
    pay_least: Amount = Field(None, title="Pay from", description="One amount, such as 72,000.")
    pay_most: Amount = Field(None, title="Pay to")
    pay_period: str = Field("", title="The pay is for", max_length=20)
    description: str = Field(
        title="Description", description=MARKED, min_length=1, max_length=TEXT_MOST
    )
    way: Way = Field(title="How to apply")
    how_to: Line = Field("", title="Link or e-mail address to apply at", max_length=LINE_MOST)
    designation: str = Field("", title="Designation asked for", max_length=40)
    client: str = Field("", title="On behalf of", max_length=64)
    starts_on: date | None = Field(None, title="First day", description="Empty for today.")


class PostingEdit(PostingDraft):
    """A posting changed. `version` is the one that was seen."""

    version: int = Field(title="Version", ge=1)


class ExtensionDraft(Versioned):
    """A new last day (JOB-1). `most` is how many credits it was seen to take."""

    ends_on: date = Field(title="New last day")
    most: int | None = Field(None, title="Credits", ge=0)


class RefusalDraft(Versioned):
    """Why staff don't let a posting be shown, in words for its company."""

    words: str = Field(title="Your words to the company", min_length=3, max_length=2000)


class CorrectionDraft(Versioned):
    """A correction of a posting by staff, with the reason for its company."""

    title: Line = Field(title="Title of the job", min_length=3, max_length=NAME_MOST)
    discipline: str = Field(title="Discipline", max_length=80)
    place: str = Field(
        "", title="Place", description="Empty if it is all done from home.", max_length=80
    )
    description: str = Field(
        title="Description",
        description="A heading begins with ##, a list item with a hyphen; **asterisks** make bold.",
        min_length=1,
        max_length=TEXT_MOST,
    )
    reason: str = Field(
        title="Why",
        description="The company gets it by e-mail, and sees it in the posting’s history.",
        min_length=10,
        max_length=2000,
    )


class GrantDraft(Sent):
    """Credits given or removed by staff. `version` is of the company's credits, as seen."""

    credits: int = Field(title="How many credits", ge=1, le=1000)
    reason: Line = Field(title="Why", min_length=3, max_length=LINE_MOST)
    version: int | None = Field(None, title="Version", ge=0)


class VouchDraft(Versioned):
    """How staff know that a company holds the permit that it names."""

    reason: Line = Field(
        title="How you know",
        description="Such as: called the holder at the number on file and spoke to its manager.",
        min_length=10,
        max_length=LINE_MOST,
    )


class RecusalDraft(Versioned):
    """Why an officer takes no part in what concerns a company."""

    reason: Line = Field(
        title="Why",
        description="Such as: my brother owns it. Other career officers read this.",
        min_length=3,
        max_length=LINE_MOST,
    )


class BlockDraft(Versioned):
    """Why staff block a company, in words for its owners; or why it may go on."""

    words: str = Field(title="Your words to the company", min_length=10, max_length=2000)


class RefundDraft(Versioned):
    """How much of a payment staff send back, with its tax, and how many credits go with it."""

    amount: Money = Field(title="Amount to send back", gt=0, le=10_000_000, decimal_places=2)
    credits: int = Field(title="Job credits that go with it", ge=0, le=1000)
    reason: Line = Field(
        title="Why",
        description="The company reads it on its credit note.",
        min_length=3,
        max_length=LINE_MOST,
    )


class SettlementDraft(Sent):
    """What staff did about a payment that they looked into."""

    words: str = Field(title="What was done about it", min_length=3, max_length=LINE_MOST)


class PlaceDraft(Sent):
    """A place for the list (JOB-9)."""

    name: Line = Field(title="Name", min_length=1, max_length=80)
    province: str = Field(title="Province", min_length=2, max_length=2)


class ApplicationDraft(Sent):
    """An application submitted through the site."""

    name: Name = Field(title="Your name", min_length=1, max_length=NAME_MOST)
    email: Line = Field(title="Your e-mail address", min_length=3, max_length=254)
    message: str = Field("", title="Your message", max_length=MESSAGE_MOST)
    resume: str = Field("", title="Résumé", max_length=64)
    consent: Literal["yes"] = Field(title="The employer may see what I send here")


class ResumeDraft(Versioned):
    """Another résumé for an application that its employer hasn't read."""

    resume: str = Field("", title="Résumé", max_length=64)


class MarkDraft(Sent):
    """What an employer makes of an application."""

    mark: Mark = Field(title="Your mark", description="Only your company can see it.")


class ProfileDraft(Sent):
    """A career profile as its member writes it (JOB-5)."""

    headline: Line = Field(title="In one line", min_length=3, max_length=NAME_MOST)
    about: str = Field("", title="About your experience", max_length=MESSAGE_MOST)
    disciplines: tuple[str, ...] = Field(title="Disciplines", min_length=1, max_length=4)
    years: int = Field(title="Years of experience", ge=0, le=60)
    places: tuple[str, ...] = Field((), title="Places", max_length=10)
    remote: bool = Field(False, title="I can work from home")
    level: str = Field(title="Level", max_length=40)
    resume: str = Field("", title="Résumé", max_length=64)
    hidden_from: str = Field(
        "",
        title="Hide it from",
        description="Companies, each on a line of its own: by name, by the domain of their e-mail "
        "or website, or by permit number.",
        max_length=HIDDEN_MOST * NAME_MOST,
    )
    published: bool = Field(False, title="Employers with a live posting may find it")


class SearchDraft(Sent):
    """What an employer looks for among published profiles (JOB-5)."""

    discipline: str = Field(title="Discipline", max_length=80)
    designation: str = Field("", title="Designation", max_length=40)
    level: str = Field("", title="Level", max_length=40)
    place: str = Field("", title="Place", max_length=80)
    years: int = Field(0, title="Years of experience, at least", ge=0, le=60)


class RequestDraft(Sent):
    """A request for contact details, for the live posting that is named, or else any."""

    message: str = Field(title="What is it about?", min_length=3, max_length=MESSAGE_MOST)
    posting: str = Field("", title="For which posting?", max_length=20)


class AnswerDraft(Versioned):
    """A member's answer to a request. `name` and `contact` go to the company if it is a yes."""

    accepted: bool = Field(title="May they have your contact details?")
    name: Line = Field("", title="Your name", max_length=NAME_MOST)
    contact: Line = Field(
        "",
        title="How they reach you",
        description="Needed for a yes: an e-mail address, a phone number.",
        max_length=LINE_MOST,
    )
