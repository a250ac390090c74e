"""The index of the services: what waits at each desk, for those who may know."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.tables import MODELS
from lambdas import home
from signet.accounts.model import Role
from signet.complaints.tables import CASE, CaseRow
from signet.cpd.tables import CpdRow
from signet.errors import Unavailable
from signet.jobs.postings import moderation
from signet.jobs.tables import JobRow
from signet.proposals.tables import ProposalRow
from signet.transactions.tables import OutboxRow
from tests.events import Answered, ask, get
from tests.function_ground import Ground
from tests.people import person, shell

__all__ = ["shell"]
# Far ahead: the database deletes by its own clock what has run out.
NOW = datetime(2040, 11, 24, 19, tzinfo=UTC)
CPD, REGISTER, COMPLAINTS = (
    "/services/cpd/desk/",
    "/services/register/",
    "/services/complaints/desk/",
)
CAREERS, MAIL = "/services/jobs/desk/", "/services/admin/mail"

CARD = re.compile(r'<li><a href="([^"]+)">[^<]+</a><p>(?:<strong>([^<]+)</strong>)?')


@pytest.fixture(scope="module")
def every_table(dynamodb: str) -> Ground:
    return Ground.made(dynamodb, MODELS)


@pytest.fixture(autouse=True)
def _noon(every_table: Ground, shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every_table.enter(monkeypatch, shell)
    monkeypatch.setattr(home.app, "clock", lambda: NOW)


def index(*roles: Role) -> Answered:
    answered = ask(home.app, get("/services/", session=person(*roles, now=NOW).token))
    assert answered.status == 200
    return answered


def waiting(*roles: Role) -> dict[str, str]:
    """Return what is said to wait at each service, by its address."""
    return dict(CARD.findall(index(*roles).text))


def audit(number: int, year: int, state: str, due: str) -> None:
    row = CpdRow(f"member#{number}", f"year#{year}#audit", body="{}")
    row.listed, row.place = f"{year}#audit#{state}", f"{due}#{number}"
    row.save()


def posting(number: int) -> None:
    row = JobRow("company#a", f"posting#{number}", body="{}")
    row.listed, row.place = "postings#awaiting", f"2040-12-01#{number}"
    row.save()


def proposal(number: int, state: str) -> None:
    row = ProposalRow(f"p{number}", "proposal", body="{}")
    row.listed, row.place = state, f"2040-11-01#{number}"
    row.save()


def mail(number: int, queue: str) -> None:
    OutboxRow(
        f"m{number}", recipient="ada@example.ca", template="x", facts="{}", queue=queue, due="2040"
    ).save()


def test_where_nothing_waits_nothing_is_told() -> None:
    assert {*waiting(*Role).values()} == {""}


def test_each_desk_tells_what_waits_there() -> None:
    audit(1, 2040, "answered", "2041-01-01")
    audit(2, 2039, "answered", "2041-01-01")
    audit(3, 2040, "asked", "2040-11-24")
    audit(4, 2040, "asked", "2040-11-25")  # not due before tomorrow
    audit(5, 2040, "satisfied", "2040-01-01")
    for number in range(3):
        posting(number)
    proposal(1, "open")
    proposal(2, "review")
    proposal(3, "entered")
    mail(1, "dead")
    mail(2, "waiting")
    told = waiting(*Role)
    assert {address: words for address, words in told.items() if words} == {
        CPD: "2 to review, 1 due.",
        CAREERS: "3 to approve.",
        REGISTER: "1 waiting, 1 to review.",
        MAIL: "1 not delivered.",
    }


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.CPD_OFFICER, CPD),
        (Role.CAREER_OFFICER, CAREERS),
        (Role.REGISTER_OFFICER, REGISTER),
        (Role.ADMINISTRATOR, MAIL),
    ],
)
def test_who_may_use_a_desk_is_told_and_nobody_else(role: Role, address: str) -> None:
    audit(1, 2040, "answered", "2041-01-01")
    posting(1)
    proposal(1, "open")
    mail(1, "dead")
    assert {at for at, words in waiting(role).items() if words} == {address}
    assert not any(waiting(Role.MEMBER, Role.EMPLOYER, Role.COMPLAINTS_OFFICER).values())


def test_more_than_twenty_are_counted_no_further() -> None:
    for number in range(25):
        posting(number)
    assert waiting(Role.CAREER_OFFICER)[CAREERS] == "More than 20 to approve."


def test_of_complaints_no_number_is_told_to_anybody() -> None:
    """A number would tell a recused officer that there is a case."""
    CaseRow("c1", CASE, body="{}", listed="new", place="2040-11-24").save()
    assert waiting(Role.COMPLAINTS_OFFICER)[COMPLAINTS] == ""
    assert waiting(Role.REGISTRAR)[COMPLAINTS] == ""


@pytest.mark.parametrize("error", [Unavailable(), RuntimeError("canary")])
def test_a_desk_whose_count_fails_is_listed_without_one(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_most: int) -> int:
        raise error

    monkeypatch.setattr(moderation, "count_awaiting", fail)
    mail(1, "dead")
    with caplog.at_level(logging.WARNING, "signet.web"):
        told = waiting(Role.CAREER_OFFICER, Role.ADMINISTRATOR)
    assert (told[CAREERS], told[MAIL]) == ("", "1 not delivered.")
    (line,) = [json.loads(one.getMessage()) for one in caplog.records]
    assert (line["what"], line["service"]) == ("uncounted", CAREERS)
    assert "canary" not in caplog.text
