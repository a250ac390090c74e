"""The structured data of jobs against schema.org's own vocabulary and Google's rules (JOB-1)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from signet.jobs.model import Client, Pay
from tests import vocabulary
from tests.built_site import DAY, POLICY, Ledger
from tests.job_records import COMPANY, PLACES, Centre, build, pictured, sample

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def every_kind() -> Centre:
    """Jobs of every kind of employment, period of pay and place, of every kind of employer."""
    assert POLICY.jobs is not None
    centre = sample()
    number = iter(range(500000100, 500000999))

    def add(**about: Any) -> None:
        centre.add(f"{next(number)}", **about)

    for kind in POLICY.jobs.employment_types:
        add(employment_type=kind)
    for period in POLICY.jobs.pay_periods:
        for least, most in ((Decimal("41.50"), Decimal("41.50")), (Decimal(40), Decimal("52.25"))):
            add(pay=Pay(least=least, most=most, period=period))
    for place in PLACES:
        add(place=place.slug)
    add(place="", remote=True)
    add(company=pictured(centre, website="https://énergie.example/à-propos"))
    add(company=COMPANY.model_copy(update={"name": '</script> & "Fils"', "website": ""}))
    add(client=Client(id="x", name="Bow River Surveys"), title="<b>Surveyor</b>")
    add(description="One line", designation="", discipline=POLICY.disciplines[-1])
    add(starts_on=DAY - timedelta(days=29))  # its last day
    return centre


@pytest.fixture(scope="module")
def marked_up(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what each page of a built site says by structured data."""
    folder = tmp_path_factory.mktemp("markup")
    ledger = Ledger()
    ledger.practitioner("100001", "Abara")
    build(ledger.write(folder / "records"), folder / "site", every_kind())
    pages = (folder / "site/jobs").glob("5*/index.html")
    told = {page.parent.name: SCRIPT.findall(page.read_text(encoding="utf-8")) for page in pages}
    return {number: json.loads(found[0]) for number, found in told.items() if found}


def test_every_node_of_every_page_is_what_the_vocabulary_knows(marked_up: dict[str, Any]) -> None:
    assert len(marked_up) > 30
    assert {number: list(vocabulary.faults(data)) for number, data in marked_up.items()} == {
        number: [] for number in marked_up
    }


def test_every_page_has_what_google_requires(marked_up: dict[str, Any]) -> None:
    assert {
        number: list(vocabulary.google_faults(data, DAY)) for number, data in marked_up.items()
    } == {number: [] for number in marked_up}


def put(*way: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for name in way[:-1]:
            data = data[name]
        data[way[-1]] = value

    return change


def without(*names: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for name in names:
            data.pop(name, None)

    return change


@pytest.mark.parametrize(
    "spoil",
    [
        put("datePublished", value="2026-11-01"),
        put("@type", value="JobPost"),
        put("hiringOrganization", "@type", value="Company"),
        put("hiringOrganization", value="Kestrel Ridge"),
        put("hiringOrganization", "jobTitle", value="Engineer"),
        put("hiringOrganization", "sameAs", value="kestrel.example"),
        put("hiringOrganization", "logo", value="logo.png"),
        put("jobLocation", "addressLocality", value="Calgary"),
        put("jobLocation", "@type", value="PostalAddress"),
        put("jobLocation", value="Calgary"),
        put("jobLocation", "address", "locality", value="Calgary"),
        put("baseSalary", "minValue", value="72000"),
        put("baseSalary", "unitText", value="YEAR"),
        put("baseSalary", "value", "value", value={"@type": "Place"}),
        put("baseSalary", "value", "minValue", value="72,000"),
        put("baseSalary", "@type", value="QuantitativeValue"),
        put("identifier", "@type", value="Organization"),
        put("directApply", value="yes"),
        put("datePosted", value="1 November 2026"),
        put("validThrough", value="soon"),
        put("title", value={"@type": "Place"}),
        put("applicantLocationRequirements", value={"@type": "Place", "name": "Canada"}),
        put("educationRequirements", value={"@type": "OccupationalExperienceRequirements"}),
    ],
)
def test_what_the_vocabulary_does_not_know_is_found(
    spoil: Callable[[dict[str, Any]], None], marked_up: dict[str, Any]
) -> None:
    data = deepcopy(marked_up["500000001"])
    spoil(data)
    assert list(vocabulary.faults(data))


@pytest.mark.parametrize(
    "spoil",
    [
        *(without(name) for name in (*vocabulary.REQUIRED, "jobLocation", "validThrough")),
        put("validThrough", value=f"{DAY - timedelta(days=1)}T23:59:59-07:00"),
        put("validThrough", value=f"{DAY}T23:59:59"),
        put("datePosted", value=f"{DAY + timedelta(days=1)}"),
        put("description", value="Inspect bridges."),
        put("description", value="<p> </p>"),
        put("employmentType", value="full-time"),
        put("jobLocationType", value="TELECOMMUTE"),
        put("jobLocationType", value="REMOTE"),
        put("jobLocation", "address", value={"@type": "PostalAddress", "addressRegion": "AB"}),
        put("baseSalary", "currency", value="$"),
        put("baseSalary", "value", value={"@type": "QuantitativeValue", "value": 1}),
        put("baseSalary", "value", value={"@type": "QuantitativeValue", "unitText": "YEAR"}),
        put("identifier", value={"@type": "PropertyValue", "value": "1"}),
        put("hiringOrganization", value={"@type": "Organization"}),
    ],
)
def test_what_google_would_refuse_is_found(
    spoil: Callable[[dict[str, Any]], None], marked_up: dict[str, Any]
) -> None:
    data = deepcopy(marked_up["500000001"])
    spoil(data)
    assert list(vocabulary.google_faults(data, DAY))
