"""What the public and search engines get of a posting: what is named, and nothing else."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from signet.jobs.forms import PostingDraft
from signet.jobs.model import Client, Company, Picture, Place, Posting, PostingState, Way
from signet.jobs.postings import public, rules, structured
from signet.jobs.postings.public import PublicJob, PublicState, Surroundings
from signet.uploads.content import Kind
from tests.entries import POLICY, unhurried
from tests.job_office import JOBS, TODAY, draft

PLACES = [Place(slug=one.slug, name=one.name, province=one.province) for one in JOBS.places]
SECRETS = {"account-of-somebody", "receipts@acme.example", "company-id", "words of staff", "lot"}
REQUIRED = {"title", "description", "datePosted", "hiringOrganization", "validThrough"}
URL = "https://register.example/jobs/123456789-survey-technologist/"


def posting(draft: PostingDraft, **said: Any) -> Posting:
    made = Posting(
        number="123456789",
        company="company-id",
        terms=rules.terms(draft, POLICY, PLACES, TODAY),
        state=PostingState.LIVE,
        made_on=TODAY,
        by="account-of-somebody",
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=29),
        words="words of staff",
    )
    return made.model_copy(update=said)


def around(client: Client | None = None, **said: Any) -> Surroundings:
    given = {"name": "Acme", "website": "https://acme.example", "permit": "P0001", **said}
    acme = Company(id="company-id", email="receipts@acme.example", registered_on=TODAY, **given)
    return Surroundings(acme, client, PLACES, POLICY, permit="P0001")


def job(today: date = TODAY, client: Client | None = None, **said: Any) -> PublicJob:
    made = public.from_posting(posting(draft(**said)), around(client), today)
    assert made is not None
    return made


def test_nothing_leaves_that_is_not_named() -> None:
    told = repr(job())
    assert not [secret for secret in SECRETS - {"lot"} if secret in told]
    assert {one.name for one in fields(PublicJob)} == set(PublicJob.__slots__)


def test_only_what_is_shown_or_lately_over_is_public() -> None:
    made = posting(draft())
    for state in (PostingState.DRAFT, PostingState.AWAITING, PostingState.PAUSED):
        assert (
            public.from_posting(made.model_copy(update={"state": state}), around(), TODAY) is None
        )
    last = TODAY + timedelta(days=29)
    states = [
        found.state if (found := public.from_posting(made, around(), day)) else None
        for day in (TODAY - timedelta(days=1), TODAY, last, last + timedelta(days=1))
    ]
    assert states == [None, PublicState.LIVE, PublicState.LIVE, PublicState.OVER]
    gone = last + timedelta(days=JOBS.page_days + 1)
    assert public.from_posting(made, around(), gone) is None


def test_what_was_closed_before_its_first_day_never_gets_a_page() -> None:
    ahead = TODAY + timedelta(days=5)
    said = {"state": PostingState.CLOSED, "over_on": TODAY, "starts_on": ahead}
    assert public.from_posting(posting(draft(), **said), around(), TODAY) is None


def test_a_client_is_who_hires_and_has_no_permit_of_the_recruiters() -> None:
    made = job(client=Client(id="c", name="Pipe Ltd"))
    assert (made.employer, made.posted_by, made.permit) == ("Pipe Ltd", "Acme", "")
    assert (job().employer, job().posted_by, job().permit) == ("Acme", "", "P0001")


def test_structured_data_has_what_search_engines_ask_for_and_all_of_it_is_on_the_page() -> None:
    data = structured.job_posting(job(), URL, POLICY.regulator)
    assert data is not None
    assert data.keys() >= REQUIRED | {"jobLocation", "employmentType", "baseSalary", "identifier"}
    assert data["validThrough"] == "2040-12-25T23:59:59-07:00"
    assert data["datePosted"] == "2040-11-26"
    assert data["employmentType"] == "FULL_TIME"
    assert data["directApply"] is True
    assert data["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "Calgary",
        "addressRegion": "AB",
        "addressCountry": "CA",
    }
    value = data["baseSalary"]["value"]
    assert (value["minValue"], value["maxValue"], value["unitText"]) == (70000, 85000, "YEAR")


def test_structured_data_names_who_hires_and_shows_their_logo() -> None:
    logo = Picture(file="f", kind=Kind.PNG, width=64, height=48, digest="d1")
    client = Client(id="c", name="Pipe Ltd", logo="f", copies=(logo,))
    data = structured.job_posting(job(client=client), URL, POLICY.regulator)
    assert data is not None
    assert data["identifier"]["name"] == data["hiringOrganization"]["name"] == "Pipe Ltd"
    assert "d1" in data["hiringOrganization"]["logo"]
    own = structured.job_posting(job(), URL, POLICY.regulator)
    assert own is not None
    assert own["identifier"]["name"] == "Acme"


def test_a_job_without_a_place_is_done_from_home_and_one_with_both_has_its_place() -> None:
    home = structured.job_posting(job(place="", remote=True), URL, POLICY.regulator)
    assert home is not None
    assert home["jobLocationType"] == "TELECOMMUTE"
    assert home["applicantLocationRequirements"] == {"@type": "Country", "name": "Canada"}
    assert "jobLocation" not in home
    both = structured.job_posting(job(remote=True), URL, POLICY.regulator)
    assert both is not None
    assert "jobLocationType" not in both


def test_a_job_that_is_over_has_no_structured_data() -> None:
    over = job(TODAY + timedelta(days=30))
    assert structured.job_posting(over, URL, POLICY.regulator) is None


def test_a_job_applied_for_elsewhere_is_no_direct_application() -> None:
    made = job(way=Way.EMAIL, how_to="jobs@acme.example")
    data = structured.job_posting(made, URL, POLICY.regulator)
    assert data is not None
    assert "directApply" not in data
    assert made.apply_at == "jobs@acme.example"


class Scripts(HTMLParser):
    """What is in a page's script elements, and which other elements there are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser's
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@unhurried
@given(st.text(max_size=60) | st.sampled_from(["</script><b>", "<!--<script>", "]]>", "\u2028"]))
def test_nothing_in_structured_data_ends_its_script(text: str) -> None:
    told = structured.script({"title": text})
    read = Scripts(f'<script type="application/ld+json">{told}</script>')
    assert read.tags == ["script"]
    assert json.loads(read.text) == {"title": text}
