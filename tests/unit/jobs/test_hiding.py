"""Hiding a career profile from companies (JOB-5, T26): no new name undoes it."""

from __future__ import annotations

from datetime import date

import pytest

from signet.jobs.applicants.hiding import hides, known_by, publicly_known_by
from signet.jobs.companies.naming import former_links, renamed
from signet.jobs.model import Client, Company, User, UserRole

DAY = date(2026, 11, 29)


def company(name: str = "Acme Geomatics Ltd.", **told: object) -> Company:
    given = {"id": "1", "name": name, "email": "office@acmegeo.ca", "registered_on": DAY, **told}
    return Company.model_validate(given)


def met(said: str, held: Company, *clients: Client, user: str = "bo@gmail.com") -> bool:
    users = [User(account="a", email=user, role=UserRole.OWNER)]
    return hides(said, known_by(held, clients, users))


@pytest.mark.parametrize(
    "said",
    [
        "Acme Geomatics",
        "ACME GEOMATICS LIMITED",
        "acme",
        "acmegeo.ca",
        "someone@acmegeo.ca",
        "https://www.acme-geomatics.com/jobs",
        "P-1001",
        "Permit P 1001",
        "p1001",
        "Acme-Geomatics",
    ],
)
def test_a_company_is_met_by_whatever_it_is_known_by(said: str) -> None:
    held = company(permit="P-1001", website="https://www.acme-geomatics.com/")
    assert met(said, held)
    assert met(f"Other Ltd.\n\n  {said}  ", held)


@pytest.mark.parametrize(
    "said", ["", "Ltd.", "Geomatics", "Acmex", "P-100", "acme.ca", "gmail.com "]
)
def test_others_are_not_met(said: str) -> None:
    assert not met(said, company(permit="P-1001"), user="bo@acmegeo.ca")


def test_the_domain_of_whoever_acts_for_it_meets_it_too() -> None:
    assert met("bigco.ca", company("Shell Company"), user="hr@bigco.ca")


def test_renaming_there_and_back_undoes_nothing() -> None:
    first = company("Big Employer Inc.")
    second = first.model_copy(
        update={
            "name": "Nobody You Know",
            "former_names": renamed(first.name, "Nobody You Know", ()),
        }
    )
    assert met("Big Employer", second)
    back = second.model_copy(
        update={
            "name": first.name,
            "former_names": renamed(second.name, first.name, second.former_names),
        }
    )
    assert met("Big Employer", back)
    assert met("nobody you know", back)


def test_what_a_member_is_shown_of_a_match_holds_nothing_private() -> None:
    held = company(
        permit="P-1001",
        website="https://acme.example",
        former_names=("Big Employer Inc.",),
        former_marks=("hr@bigco.ca", "https://big.example", "P-900"),
    )
    shown = publicly_known_by(held)
    for said in ("acme", "Big Employer", "P-1001", "P-900", "acme.example", "big.example"):
        assert hides(said, shown), said
    for said in ("acmegeo.ca", "bigco.ca"):
        assert met(said, held)
        assert not hides(said, shown), said


def test_a_client_counts_by_its_names_as_well() -> None:
    client = Client(id="c", name="New Name", former_names=("Bow River Surveys",))
    assert met("bow river", company(), client)
    assert met("New Name", company(), client)


def test_a_name_squeezed_into_a_domain_meets_it() -> None:
    assert met("Big Co", company("Renamed", email="hr@big-co.com"))


@pytest.mark.parametrize("said", ["bigco.ca", "hr@bigco.ca", "P-1001", "https://big.example/jobs"])
def test_a_new_permit_website_or_address_undoes_nothing_either(said: str) -> None:
    before = ("https://big.example", "hr@bigco.ca", "P-1001")
    marks = former_links(before, ("https://small.example", "me@gmail.com", ""), ())
    held = company("Shell Company", email="me@gmail.com", former_marks=marks)
    assert met(said, held)
    assert met(said, held.model_copy(update={"former_marks": former_links(("x",), before, marks)}))


def test_a_former_website_of_a_client_counts_as_well() -> None:
    client = Client(id="c", name="New Name", former_marks=("https://bowriver.example",))
    assert met("bowriver.example", company(), client)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Géomatique Québec", "Geomatique Quebec inc."),
        ("Smith & Sons", "Smith and Sons Ltd."),
        ("The Bow River Company", "Bow River"),
        ("Bow River Surveys, Calgary office", "Bow River Surveys Ltd."),
    ],
)
def test_a_name_in_other_words_is_the_same_name(said: str, name: str) -> None:
    assert met(said, company(name))
    assert not met("Smith Sons Plumbing, Calgary", company("Delta"))
