"""Companies' claims: shown once staff vouch for them; companies that staff block (F, JOB-7)."""

from __future__ import annotations

import re

import pytest

from signet.errors import NotFound, Unavailable
from signet.jobs import published
from signet.jobs.applicants import applications
from signet.jobs.companies import companies
from signet.jobs.context import CompanyBlocked
from signet.jobs.forms import CompanyEdit
from signet.jobs.model import Company
from signet.jobs.postings import postings
from signet.jobs.postings.postings import PostingVersion
from signet.policy import load
from tests.employing import (
    Firm,
    career_officer,
    careers,
    employer_tables,
    firm,
    live,
    see,
    send,
)
from tests.events import Answered
from tests.job_office import mails
from tests.people import Person, shell

__all__ = ["careers", "employer_tables", "shell"]
pytestmark = pytest.mark.usefixtures("careers")
DESK = "/services/jobs/desk/companies/"


def step(officer: Person, of_firm: Firm, name: str, **changed: str) -> Answered:
    page = see(f"{DESK}{of_firm.id}/vetting/{name}/", officer)
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    words = "words" if name in ("block", "unblock") else "reason"
    form = {"version": version, words: "Called the number on file"}
    return send(f"{DESK}{of_firm.id}/vetting/{name}/", officer, {**form, **changed})


def edit(of_firm: Firm, **changed: str) -> None:
    held = companies.profile(of_firm.id)
    fields = held.model_dump(include=set(CompanyEdit.model_fields))
    companies.edit(of_firm.employer(), CompanyEdit.model_validate({**fields, **changed}))


def shown_permit(of_firm: Firm) -> str:
    """Return the permit that postings would be asked about."""
    asked: list[str] = []
    number = live(of_firm)

    def permit_of(number: str) -> str:
        asked.append(number)
        return number

    published.surroundings(of_firm.posting(number), load(), permit_of)
    return asked[0] if asked else ""


def test_a_permit_that_was_only_typed_is_shown_nowhere() -> None:
    acme = firm(granted=1, permit="P-1001")
    assert shown_permit(acme) == ""


def test_a_permit_is_shown_while_staff_vouch_for_it() -> None:
    acme, officer = firm(granted=3, permit="P-1001"), career_officer()
    assert step(officer, acme, "vouch").status == 303
    assert shown_permit(acme) == "P-1001"
    assert "Called the number on file" in see(f"{DESK}{acme.id}/", officer)
    assert step(officer, acme, "withdraw").status == 303
    assert shown_permit(acme) == ""


@pytest.mark.parametrize("changed", [{"name": "Borrowed Name Ltd."}, {"permit": "P-1002"}])
def test_a_new_name_or_number_is_vouched_for_anew_there_and_back(changed: dict[str, str]) -> None:
    acme, officer = firm(granted=2, permit="P-1001"), career_officer()
    step(officer, acme, "vouch")
    was = companies.profile(acme.id)
    edit(acme, **changed)
    assert shown_permit(acme) == ""
    edit(acme, **{name: getattr(was, name) for name in changed})
    assert shown_permit(acme) == ""


def test_another_change_of_the_profile_leaves_the_permit() -> None:
    acme, officer = firm(granted=1, permit="P-1001"), career_officer()
    step(officer, acme, "vouch")
    edit(acme, about="We measure land.")
    assert shown_permit(acme) == "P-1001"


def test_staff_vouch_for_what_they_saw_and_not_for_what_was_typed_meanwhile() -> None:
    acme, officer = firm(granted=1, permit="P-1001"), career_officer()
    seen = str(companies.profile(acme.id).version)
    edit(acme, permit="P-1002")
    answered = step(officer, acme, "vouch", version=seen)
    assert answered.status == 409
    assert "P-1002" in answered.text
    assert "Called the number on file" in answered.text
    assert shown_permit(acme) == ""


def test_a_company_without_a_permit_can_not_be_vouched_for() -> None:
    acme, officer = firm(), career_officer()
    assert step(officer, acme, "vouch").status == 409


def test_a_reason_is_asked() -> None:
    acme, officer = firm(permit="P-1001"), career_officer()
    assert step(officer, acme, "vouch", reason="yes").status == 422
    assert step(officer, acme, "block", words="").status == 422


def test_a_blocked_company_is_shown_nowhere_and_can_do_nothing() -> None:
    acme, officer = firm(granted=2), career_officer()
    number = live(acme)
    assert step(officer, acme, "block", words="Its postings ask for money.").status == 303
    assert mails("jobs_company_blocked")
    day = acme.employer().context.today
    assert not published.public_jobs(published.live(day), load(), day, lambda _: "")
    with pytest.raises(NotFound):
        applications.open_here(number, day)
    assert "Its postings ask for money." in see(f"{acme.base}", acme.owner)
    see(f"{acme.base}postings/new/", acme.owner, 409)
    see(f"{acme.base}postings/{number}/", acme.owner, 409)
    with pytest.raises(CompanyBlocked):
        postings.pause(acme.employer(), PostingVersion(number, 2))
    assert step(officer, acme, "unblock").status == 303
    assert mails("jobs_company_unblocked")
    assert published.public_jobs(published.live(day), load(), day, lambda _: "")
    see(f"{acme.base}postings/new/", acme.owner)


def test_a_register_that_can_not_be_read_is_not_said_to_have_no_such_permit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acme, officer = firm(permit="P-1001"), career_officer()
    page = f"{DESK}{acme.id}/vetting/vouch/"
    assert "no permit of this number" in see(page, officer)

    def unreadable(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr("signet.register.reading.permit_verdict_on", unreadable)
    assert "no permit of this number" not in see(page, officer, 503)


def test_a_company_stored_before_reads_as_it_was() -> None:
    held = Company.model_validate_json(
        '{"id": "1", "name": "A", "email": "a@b.ca", "permit": "P", "registered_on": "2026-01-01"}'
    )
    assert held.vouched_permit == ""
    assert held.blocked is None
