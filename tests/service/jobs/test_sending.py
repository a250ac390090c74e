"""Mail that strangers cause to strangers (T22): limited, and without their words."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from signet.jobs import store, tables
from signet.jobs.companies import companies, mail_limit
from signet.jobs.forms import ApplicationDraft, ClientDraft, CompanyDraft, UserDraft
from signet.jobs.model import UserRole
from signet.transactions import mailer
from tests.employing import careers, employer_tables
from tests.job_office import JOBS, company, employer, mails
from tests.people import shell

__all__ = ["careers", "employer_tables", "shell"]
# Of a subject, what comes from us: numbers, years, the policy's words (such as the kind of a
# request), a fixed choice of ours.
OURS = {"regulator", "year", "missing", "credits", "count", "number", "receipt", "package"}
OURS |= {"note", "amount", "currency", "told", "kind", "mine", "free"}


def invite(firm: str, account: str, email: str) -> None:
    companies.set_user(employer(firm), account, UserDraft(email=email, role=UserRole.POSTER))


@pytest.mark.usefixtures("careers")
def test_nobody_is_written_to_before_a_payment_or_staff_vouch_for_a_company() -> None:
    firm = company()
    invite(firm, "bo", "bo@stranger.ca")
    assert not mails("jobs_user_added")
    assert "bo" in [one.account for one in companies.users(employer(firm))]
    known = company(granted=1)
    invite(known, "cy", "cy@stranger.ca")
    assert len(mails("jobs_user_added")) == 1


@pytest.mark.usefixtures("careers")
def test_the_sixty_first_mail_of_a_day_is_refused_and_the_next_day_is_another() -> None:
    firm = company(granted=1)
    for number in range(JOBS.mails_a_day):
        invite(firm, f"account-{number}", f"a{number}@stranger.ca")
    with pytest.raises(mail_limit.EnoughForToday, match="60 a day is the limit"):
        invite(firm, "account-x", "x@stranger.ca")
    assert len(mails("jobs_user_added")) == JOBS.mails_a_day
    assert store.user(firm, "account-x") is None


@pytest.mark.usefixtures("careers")
def test_an_invitation_counts_toward_what_its_recipient_gets_that_day() -> None:
    firm = company(granted=1)
    invite(firm, "bo", "bo@stranger.ca")
    (mail,) = mails("jobs_user_added")
    assert mail.limited
    owners = [row.owner for row in tables.JobRow.scan() if row.part.startswith("sent#")]
    assert sorted(owner.partition("#")[0] for owner in owners) == ["account", "company"]


@pytest.mark.parametrize(
    "name",
    [
        "Your account is locked: evil.com",
        "www.evil.example",
        "https://evil.example/",
        "write to a@b.ca",
        "Call 780 555 0134 now",
        "Sign in at secure-login.ca",
        "7805550134 Alberta Ltd.",
        "Call 7805550134 or 1819160 Alberta Ltd.",
        "5550134 Calgary Ltd.",
    ],
)
def test_a_name_holds_no_link_and_nobody_to_call(name: str) -> None:
    for model, told in (
        (CompanyDraft, {"email": "a@b.ca"}),
        (ClientDraft, {}),
        (ApplicationDraft, {"email": "a@b.ca", "consent": "yes"}),
    ):
        with pytest.raises(ValidationError, match="Give only the name"):
            model.model_validate({"name": name, **told})


@pytest.mark.parametrize(
    "name",
    [
        "A.B.C. Ltd.",
        "3M Canada",
        "St.Albert Survey",
        "O'Brien & Fils inc.",
        "Plan 9 (1985) Ltd.",
        "1819160 Alberta Ltd",
        "1903221 AB LTD",
        "9404937 Canada Corporation",
        "0912345 B.C. Ltd.",
        "1000123456 Ontario Inc.",
        "9123-4567 Québec inc.",
        "1818163 Alberta Ltd  o/a  VGM Wire & Automation",
    ],
)
def test_names_that_companies_have_are_taken(name: str) -> None:
    assert CompanyDraft(name=name, email="a@b.ca").name == name


@pytest.mark.parametrize("path", sorted(mailer.TEXTS.glob("*.txt")), ids=lambda path: path.stem)
def test_no_subject_holds_what_somebody_typed(path: object) -> None:
    subject = str(path.read_text("utf-8")).splitlines()[0]  # type: ignore[attr-defined]
    assert set(re.findall(r"\{\{-?\s*(\w+)", subject)) <= OURS
