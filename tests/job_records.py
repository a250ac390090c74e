"""Jobs for tests of their pages: postings as the public sees them, on DAY, without a database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any

from signet.jobs.model import (
    Client,
    Company,
    Pay,
    Picture,
    Place,
    Posting,
    PostingState,
    Terms,
    Way,
)
from signet.jobs.postings import public
from signet.jobs.postings.public import PublicJob, Surroundings
from signet.jobs.published import PermitOf
from signet.policy import Policy
from signet.publish import pipeline
from signet.publish.report import Report
from signet.publish.steps import Build
from signet.uploads.content import Bounds, Kind
from signet.uploads.content.pictures import written_anew
from tests import uploaded
from tests.built_site import DAY, POLICY, prepared

OCCUPATION = next(iter(POLICY.jobs.occupations)) if POLICY.jobs else ""
PLACES = tuple(Place(**one._asdict()) for one in POLICY.jobs.places) if POLICY.jobs else ()
COMPANY = Company(
    id="c1",
    name="Kestrel Ridge Engineering Ltd.",
    email="receipts@kestrel.example",
    website="https://kestrel.example/",
    permit="P-9001",
    registered_on=DAY,
)
TERMS: dict[str, Any] = {
    "title": "Bridge inspection technologist",
    "occupation": OCCUPATION,
    "discipline": "Civil",
    "level": "intermediate",
    "employment_type": "full-time",
    "place": "calgary",
    "pay": Pay(least=Decimal("72000"), most=Decimal("91500.50"), period="year"),
    "description": "Inspect **bridges**.\n\n# What you do\n\n- climb\n- measure\n",
    "way": Way.SITE,
    "designation": "C.E.T.",
}


class Centre:
    """A career centre in memory; what a posting says besides `terms` is TERMS."""

    def __init__(self) -> None:
        self.postings: dict[str, Posting] = {}
        self.around: dict[str, tuple[Company, Client | None]] = {}
        self.contents: dict[str, bytes] = {}  # of pictures, by their digests
        self.read: list[str] = []  # of which pictures the content was asked for

    def add(
        self,
        number: str,
        *,
        starts_on: date = DAY,
        ends_on: date | None = None,
        company: Company = COMPANY,
        client: Client | None = None,
        **terms: Any,
    ) -> Posting:
        """Add a live posting, of 30 days unless `ends_on` says another day."""
        made = Posting(
            number=number,
            company=company.id,
            terms=Terms(**{**TERMS, **terms}),
            state=PostingState.LIVE,
            made_on=starts_on,
            by="someone",
            starts_on=starts_on,
            ends_on=ends_on or starts_on + timedelta(days=29),
        )
        self.postings[number] = made
        self.around[number] = company, client
        return made

    def change(self, number: str, **update: Any) -> None:
        """Change a posting's own fields."""
        self.postings[number] = self.postings[number].model_copy(update=update)

    def job(self, number: str, today: date = DAY, permit: str = "") -> PublicJob | None:
        """Return what the public sees of a posting."""
        around = Surroundings(*self.around[number], PLACES, POLICY, permit)
        return public.from_posting(self.postings[number], around, today)

    def shown(self, today: date, policy: Policy, permit_of: PermitOf) -> list[PublicJob]:  # noqa: ARG002
        """Every posting that has a page; see signet.publish.postings.source."""
        found: Sequence[PublicJob | None] = [
            self.job(number, today, permit_of(self.around[number][0].permit))
            for number in self.postings
        ]
        return [job for job in found if job is not None]

    def pictures(self, wanted: Collection[str]) -> dict[str, bytes]:
        """Return what is in pictures; see there."""
        self.read += wanted
        return {one: self.contents[one] for one in wanted if one in self.contents}

    def picture(self, file: str, content: bytes, kind: Kind = Kind.PNG) -> Picture:
        """Add a picture; gives what its company's profile says of it."""
        digest = blake2b(content, digest_size=16).hexdigest()
        self.contents[digest] = content
        made = written_anew(kind, content, Bounds(pixels=10_000, unpacked=100_000))
        shown = {"width": made.width, "height": made.height}
        return Picture(file=file, kind=kind, digest=digest, **shown)


def pictured(centre: Centre, **told: Any) -> Company:
    """Return a company with a logo and a picture; its other picture has no copy."""
    logo = centre.picture("a", uploaded.png(64, 48))
    photo = centre.picture("b", uploaded.PROGRESSIVE, Kind.JPEG)
    named = {"logo": "a", "pictures": ("b", "gone"), "copies": (logo, photo)}
    return COMPANY.model_copy(update=named | told)


def sample() -> Centre:
    """Jobs of every kind, an over one too."""
    made = Centre()
    made.add("500000001")
    made.add(
        "500000002",
        title="Geomatics field lead",
        place="red-deer",
        remote=True,
        description="Lead a crew that surveys **land**.",
        discipline="Geomatics" if "Geomatics" in POLICY.disciplines else "Civil",
        way=Way.LINK,
        how_to="https://jobs.example/apply?id=2",
        pay=Pay(least=Decimal("41.50"), most=Decimal("41.50"), period="hour"),
        starts_on=DAY - timedelta(days=3),
    )
    made.add(
        "500000003",
        title="Énergie – analyste (à distance)",
        place="",
        remote=True,
        description="Analyser l’énergie.\n\n- mesurer\n",
        way=Way.EMAIL,
        how_to="people@client.example",
        pay=None,
        designation="",
        client=Client(id="x", name="Client & Fils <Inc.>", website="https://client.example"),
    )
    made.add(
        "500000004",
        title="Pressure vessel inspector",
        starts_on=DAY - timedelta(days=40),
    )
    return made


def with_jobs(folder: Path, out: Path, jobs: Any, day: date = DAY, **about: Any) -> Build:
    """Return a build of a folder of records with a career centre beside, ready to run."""
    made = prepared(folder, out, day, **about)
    return Build(**{**{name: getattr(made, name) for name in made.__slots__}, "jobs": jobs})


def build(folder: Path, out: Path, jobs: Any, day: date = DAY) -> Report:
    """Build it."""
    return pipeline.run(with_jobs(folder, out, jobs, day))
