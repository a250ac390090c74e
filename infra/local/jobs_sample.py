"""The demonstration's career centre: employers with credits, and some 30 live postings.

All are invented. Two of the companies have a person who can sign in: one posts for itself, the
other recruits for clients.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from zoneinfo import ZoneInfo

from signet import policy as policies
from signet.jobs import context, store
from signet.jobs.companies import clients, companies
from signet.jobs.credits import grants
from signet.jobs.forms import ClientDraft, CompanyDraft, GrantDraft, PostingDraft
from signet.jobs.model import Way
from signet.jobs.postings import figures, postings
from signet.jobs.postings.postings import PostingVersion
from signet.transactions.context import Context

BY = "demonstration"
CREDITS = 12
POSTINGS = 30
DAYS = 20  # the oldest posting was published so many days ago


@dataclass(frozen=True)
class Firm:
    """A company of the sample, and the clients it recruits for."""

    name: str
    website: str
    about: str
    clients: tuple[str, ...] = ()


FIRMS = (
    Firm(
        "Foothills Survey & Mapping Ltd.",
        "https://foothills-survey.example",
        "We measure land, pipelines and roads from the Rockies to the Saskatchewan line.\n\n"
        "- 60 people in two offices\n- A mentor for everybody new",
    ),
    Firm(
        "Parkland Technical Recruiters Inc.",
        "https://parkland-recruiters.example",
        "We find technologists for firms that build, run and inspect.",
        ("Battle River Power Ltd.", "Chinook Process Engineering Inc."),
    ),
    Firm(
        "Northgate Structures Ltd.",
        "https://northgate-structures.example",
        "Steel and concrete, drawn and checked under one roof.",
    ),
    Firm(
        "Sweetgrass Environmental Ltd.",
        "https://sweetgrass-env.example",
        "We assess, monitor and clean up sites in the Prairies.",
    ),
)
# Title, occupation, discipline, level, and the pay range a year in thousands.
JOBS = (
    ("Survey Technologist", "22213", "Survey / Geomatics", "intermediate", 68, 84),
    ("Civil Design Technologist", "22300", "Civil", "intermediate", 72, 90),
    ("Instrumentation Technician", "22312", "Instrumentation", "entry", 62, 75),
    ("Mechanical Technologist", "22301", "Mechanical", "senior", 88, 108),
    ("Electrical Engineering Technologist", "22310", "Electrical", "intermediate", 78, 96),
    ("Environmental Field Technician", "22110", "Environmental", "entry", 54, 66),
    ("Construction Inspector", "22233", "Civil", "senior", 80, 99),
    ("Drafting Technologist", "22212", "Architecture / Building", "intermediate", 64, 78),
    ("Geological Technologist", "22101", "Geological", "intermediate", 74, 92),
    ("Non-Destructive Testing Technician", "22230", "Mechanical", "entry", 60, 76),
    ("GIS Specialist", "22214", "Survey / Geomatics", "senior", 82, 98),
    ("Construction Estimator", "22303", "Civil", "lead", 90, 112),
)
PLACES = ("calgary", "edmonton", "red-deer", "grande-prairie", "lethbridge", "fort-mcmurray", "")
TEXT = """{title} in our {discipline} team.

### What you would do

- plan your own week with the crew you work with
- check what others have measured, drawn or tested, and say so when it is wrong
- write reports that a client can read

### What you bring

A diploma in technology and *care for detail*. A driver's licence helps.
"""


def add(accounts: Mapping[str, str]) -> None:
    """Add the sample. The accounts (addresses by id) own the first companies.

    Does nothing if there are companies already.
    """
    if companies.all_companies(limit=1):
        return
    owners = [*accounts, *(f"{BY}-{at}" for at in range(len(accounts), len(FIRMS)))]
    firms = [
        (owner, _firm(owner, accounts.get(owner, ""), firm))
        for owner, firm in zip(owners, FIRMS, strict=True)
    ]
    jobs = zip(range(POSTINGS), cycle(firms), cycle(PLACES), _jobs(), strict=False)
    for at, (owner, (company, hiring)), place, job in reversed([*jobs]):
        client = hiring[at // len(FIRMS) % len(hiring)] if hiring else ""
        _publish(owner, company, _draft(job, place, client), at)


def _jobs() -> Iterator[tuple[str, str, str, str, int, int]]:
    yield from cycle(JOBS)


def _now(account: str, ago: int = 0) -> Context:
    policy, now = policies.load(), datetime.now(UTC) - timedelta(days=ago)
    today = now.astimezone(ZoneInfo(policy.regulator.time_zone)).date()
    return Context(account, secrets.token_hex(16), now, today, policy)


def _firm(owner: str, address: str, firm: Firm) -> tuple[str, list[str]]:
    email = f"office@{firm.website.removeprefix('https://')}"
    fields = {"name": firm.name, "email": email, "website": firm.website, "about": firm.about}
    draft = CompanyDraft.model_validate(fields | {"third_party": bool(firm.clients)})
    id_ = companies.register(_now(owner, DAYS), address or email, draft)
    grants.grant(_now(BY, DAYS), id_, GrantDraft(credits=CREDITS, reason="Demonstration"))
    hiring = [
        clients.add(context.employer(_now(owner, DAYS), id_), ClientDraft(name=name))
        for name in firm.clients
    ]
    return id_, hiring


def _draft(job: tuple[str, str, str, str, int, int], place: str, client: str) -> PostingDraft:
    title, code, discipline, level, least, limit = job
    return PostingDraft(
        title=title,
        occupation=code,
        discipline=discipline,
        level=level,
        employment_type="full-time",
        place=place,
        remote=not place,
        pay_least=Decimal(least * 1000),
        pay_most=Decimal(limit * 1000),
        pay_period="year",
        description=TEXT.format(title=title, discipline=discipline.lower()),
        way=Way.SITE,
        client=client,
    )


def _publish(owner: str, company: str, draft: PostingDraft, at: int) -> None:
    ago = at * DAYS // POSTINGS
    number = postings.add(context.employer(_now(owner, ago), company), draft)
    postings.publish(context.employer(_now(owner, ago), company), PostingVersion(number, 1))
    _view(company, number, ago, at)


def _view(company: str, number: str, ago: int, at: int) -> None:
    """Add a few views on each day, so that the dashboard has something to show."""
    posting = store.posting(company, number)
    if posting is None:
        return
    today: date = _now(BY).today
    for day in range(min(ago, 4)):
        for _ in range((at + day) % 3):
            figures.view(posting, today - timedelta(days=day))
