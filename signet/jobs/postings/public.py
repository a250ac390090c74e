"""The public view of a posting: every public field is named here, and nothing else is public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from signet.jobs.model import Client, Company, Picture, Place, Posting, Way
from signet.jobs.postings import markdown, rules
from signet.jobs.postings.pay import in_words
from signet.policy import Policy

PICTURES = "/jobs/pictures/"


class PublicState(StrEnum):
    """Whether a page invites applications, or says that the posting is over."""

    LIVE = "live"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class PublicPay:
    """The pay: amounts in `currency` for each `period` (a code of the policy).

    One of the amounts may be missing, for pay from or up to the other.
    """

    least: Decimal | None
    most: Decimal | None
    currency: str
    period: str
    period_name: str
    period_schema: str

    @property
    def words(self) -> str:
        """The pay as pages show it."""
        return in_words(self.least, self.most, self.currency, self.period_name)


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """Where the work is."""

    slug: str
    name: str
    province: str
    country: str


@dataclass(frozen=True, slots=True)
class PublicPicture:
    """An employer's picture, named by the digest of its content (see model.Picture)."""

    digest: str
    suffix: str
    width: int
    height: int

    @property
    def address(self) -> str:
        """The path that it is published at."""
        return f"{PICTURES}{self.digest}{self.suffix}"


@dataclass(frozen=True, slots=True)
class PublicJob:
    """A posting as the public sees it. `description` is safe HTML, `summary` plain words of it.

    `employer` is the hiring company: the client, if a company recruits for one and is then
    `posted_by`. `permit` is the number of the employer's permit in force, or "", and
    `permit_verdict` what the register says of it ("In force" …). `apply_at` is a link or an e-mail
    address as `way` says, "" to apply here. What the employer says about itself (`employer_about`,
    safe HTML, and the fields after it) is known for companies; for clients only the logo is.
    """

    number: str
    title: str
    employer: str
    employer_website: str
    employer_about: str
    employer_contact: str
    employer_links: tuple[str, ...]
    employer_video: str
    employer_logo: PublicPicture | None
    employer_pictures: tuple[PublicPicture, ...]
    posted_by: str
    permit: str
    place: PublicPlace | None
    remote: bool
    discipline: str
    occupation: str
    occupation_name: str
    level: str
    level_name: str
    employment_type: str
    employment_type_name: str
    employment_type_schema: str
    pay: PublicPay | None
    description: str
    summary: str
    way: Way
    apply_at: str
    designation: str
    posted_on: date
    valid_through: date
    state: PublicState
    permit_verdict: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a posting's page shows beside the posting itself.

    `permit` is the number of the company's permit if the register says today that it is in force.
    Without `described`, texts by employers are left out: mail shows none of them, and rendering
    Markdown takes longer than everything else.
    """

    company: Company
    client: Client | None
    places: Sequence[Place]
    policy: Policy
    permit: str = ""
    described: bool = True

    def read(self, text: str) -> str:
        """Return Markdown as safe HTML, or "" if texts are left out."""
        return markdown.html(text) if self.described else ""

    def cut(self, text: str) -> str:
        """Return the first words of Markdown, or "" if texts are left out."""
        return _cut(markdown.plain_text(text)) if self.described else ""


SUMMARY = 200


def from_posting(posting: Posting, around: Surroundings, today: date) -> PublicJob | None:
    """Return what the public sees of a posting on a day, or None if nothing."""
    jobs = around.policy.jobs
    if jobs is None or posting.starts_on is None or posting.ends_on is None:
        return None
    if rules.is_shown(posting, today):
        state = PublicState.LIVE
    elif rules.page_stays(posting, today, jobs):
        state = PublicState.OVER
    else:
        return None
    return shown_as(posting, around, state, posting.starts_on, posting.ends_on)


def preview(posting: Posting, around: Surroundings, today: date) -> PublicJob:
    """Return a posting as the public would see it if it were live from its first day on."""
    jobs = around.policy.jobs
    if jobs is None:
        raise LookupError("the policy pack has no section on jobs")
    first = posting.starts_on or rules.first_day(posting, today)
    last = posting.ends_on or rules.last_day(first, jobs)
    return shown_as(posting, around, PublicState.LIVE, first, last)


def shown_as(
    posting: Posting, around: Surroundings, state: PublicState, first: date, last: date
) -> PublicJob:
    """Return a posting's public fields. A code that has left the policy is shown as it is."""
    jobs = around.policy.jobs
    assert jobs is not None  # noqa: S101 - both callers have checked it
    terms, client = posting.terms, around.client
    hires = client if client is not None else around.company
    occupation = jobs.occupations.get(terms.occupation)
    level = jobs.levels.get(terms.level)
    kind = jobs.employment_types.get(terms.employment_type)
    return PublicJob(
        number=posting.number,
        title=terms.title,
        employer=hires.name,
        employer_website=hires.website if rules.is_link(hires.website) else "",
        employer_about=around.read(around.company.about) if client is None else "",
        employer_contact=around.company.contact if client is None else "",
        employer_links=_links(around.company) if client is None else (),
        employer_video=_video(around.company) if client is None else "",
        employer_logo=_logo(hires),
        employer_pictures=_pictures(around.company) if client is None else (),
        posted_by=around.company.name if client is not None else "",
        permit=around.permit if client is None else "",
        place=_place(terms.place, around),
        remote=terms.remote,
        discipline=terms.discipline,
        occupation=terms.occupation,
        occupation_name=occupation.name if occupation else terms.occupation,
        level=terms.level,
        level_name=level.name if level else terms.level,
        employment_type=terms.employment_type,
        employment_type_name=kind.name if kind else terms.employment_type,
        employment_type_schema=kind.schema if kind else "OTHER",
        pay=_pay(posting, around),
        description=around.read(terms.description),
        summary=around.cut(terms.description),
        way=terms.way,
        apply_at="" if terms.way is Way.SITE else terms.how_to,
        designation=terms.designation,
        posted_on=first,
        valid_through=posting.over_on or last,
        state=state,
    )


def _links(company: Company) -> tuple[str, ...]:
    return tuple(one for one in company.social if rules.is_link(one))


def _video(company: Company) -> str:
    return company.video if rules.is_secure_link(company.video) else ""


def _logo(employer: Company | Client) -> PublicPicture | None:
    return _copies(employer).get(employer.logo)


def _pictures(company: Company) -> tuple[PublicPicture, ...]:
    copies = _copies(company)
    return tuple(copies[file] for file in company.pictures if file in copies)


def _copies(employer: Company | Client) -> dict[str, PublicPicture]:
    return {one.file: _picture(one) for one in employer.copies}


def _picture(copy: Picture) -> PublicPicture:
    return PublicPicture(copy.digest, copy.kind.suffix, copy.width, copy.height)


def _place(slug: str, around: Surroundings) -> PublicPlace | None:
    place = next((one for one in around.places if one.slug == slug), None)
    if place is None:
        return None
    return PublicPlace(slug, place.name, place.province, around.policy.regulator.country)


def _pay(posting: Posting, around: Surroundings) -> PublicPay | None:
    pay, jobs = posting.terms.pay, around.policy.jobs
    if pay is None or jobs is None:
        return None
    period = jobs.pay_periods.get(pay.period)
    return PublicPay(
        least=pay.least,
        most=pay.most,
        currency=jobs.currency,
        period=pay.period,
        period_name=period.name if period else pay.period,
        period_schema=period.schema if period else "",
    )


def _cut(words: str) -> str:
    if len(words) <= SUMMARY:
        return words
    return words[:SUMMARY].rpartition(" ")[0].rstrip(",;:.") + "…"
