"""The career officers' desk: finding postings, putting them right (JOB-1)."""

from __future__ import annotations

import re

import pytest

from signet.jobs.model import PostingState
from signet.jobs.postings import postings
from signet.jobs.postings.postings import PostingVersion
from signet.transactions.tables import OutboxRow
from tests import events
from tests.employing import (
    JOB,
    career_officer,
    careers,
    client,
    drafted,
    employer_tables,
    firm,
    handler,
    live,
    owned_by,
    see,
    send,
)
from tests.people import shell

__all__ = ["careers", "employer_tables", "shell"]
pytestmark = pytest.mark.usefixtures("careers")
DESK = "/services/jobs/desk/"
RIGHT = {
    "title": "Survey Technician",
    "discipline": JOB["discipline"],
    "place": "calgary",
    "description": JOB["description"],
    "reason": "The duties are a technician’s",
}


def found(query: str) -> list[str]:
    """Return the numbers of the postings that the desk finds, in their order."""
    page = see(f"{DESK}find?{query}", career_officer())
    return re.findall(rf'<li><a href="{DESK}postings/(\d+)/">', page)


def test_staff_find_postings_by_words_of_title_company_or_client_and_by_state() -> None:
    acme, agency = firm("Acme Geomatics", granted=2), firm("North", granted=1, third_party=True)
    bow = client(agency, "Bow River Surveys")
    survey, bridge = live(acme), live(acme, title="Bridge inspector")
    lead = live(agency, title="Crew lead", client=bow)
    draft = drafted(acme)
    postings.pause(acme.employer(), PostingVersion(bridge, 2))
    assert set(found("q=survey")) == {survey, lead}
    assert found("q=GEOMATICS+bridg") == [bridge]
    assert found("q=north") == [lead]
    assert found("state=paused") == [bridge]
    assert found("q=acme&state=live") == [survey]
    assert found("q=nobody") == []
    assert draft not in found("")
    postings.close(acme.employer(), PostingVersion(survey, 2))
    assert found("state=closed") == [survey]
    by_number = send_find(f"q={draft}")
    assert by_number == f"{DESK}postings/{draft}/"


def send_find(query: str) -> str:
    return events.ask(
        handler, events.get(f"{DESK}find?{query}", session=career_officer().token)
    ).location


def correct(number: str, version: str = "2", **said: str) -> tuple[int, str]:
    form = {**RIGHT, "version": version, **said}
    answer = send(f"{DESK}postings/{number}/correct/", career_officer(), form)
    return answer.status, answer.location or answer.text


def test_staff_correct_a_posting_and_its_company_is_told_why_and_keeps_what_it_said() -> None:
    acme = firm(granted=1)
    number = live(acme)
    before = acme.posting(number)
    assert correct(number) == (303, f"{DESK}postings/{number}/?saved=corrected")
    now = acme.posting(number)
    assert now.terms == before.terms.model_copy(update={"title": "Survey Technician"})
    assert (now.state, now.ends_on, acme.balance) == (PostingState.LIVE, before.ends_on, 0)
    assert corrections_told() == [acme.owner.email]
    for page in (
        see(f"{acme.base}postings/{number}/", acme.owner),
        see(f"{DESK}postings/{number}/", career_officer()),
    ):
        history = page.partition('id="history"')[2]
        assert "Survey Technologist" in history
        assert "The duties are a technician’s" in history


def test_what_staff_typed_is_not_lost_when_the_posting_changed_meanwhile() -> None:
    acme = firm(granted=1)
    number = live(acme)
    postings.pause(acme.employer(), PostingVersion(number, 2))
    status, page = correct(number)
    assert status == 409
    assert "The duties are a technician’s" in page
    assert acme.posting(number).terms.title == JOB["title"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"reason": ""}, "reason"),
        ({"title": JOB["title"]}, "Nothing has changed"),
        ({"place": ""}, "Choose a place"),
        ({"place": "atlantis"}, "Choose a place of the list"),
        ({"discipline": "Alchemy"}, "Choose one of the list"),
        ({"description": "[x]: https://example.org"}, "nothing of this would be shown"),
    ],
)
def test_a_correction_needs_a_reason_and_something_that_is_right(
    said: dict[str, str], fault: str
) -> None:
    acme = firm(granted=1)
    status, page = correct(live(acme), **said)
    assert status == 422
    assert fault in page


def test_nobody_corrects_a_draft_or_what_is_over_or_a_posting_of_their_own_company() -> None:
    acme = firm(granted=1)
    assert correct(drafted(acme), "1")[0] == 409
    over = live(acme)
    postings.close(acme.employer(), PostingVersion(over, 2))
    assert correct(over, "3")[0] == 409
    officer = career_officer()
    own = owned_by(officer, granted=1)
    form = {**RIGHT, "version": "2"}
    assert send(f"{DESK}postings/{live(own)}/correct/", officer, form).status == 409
    assert corrections_told() == []


def corrections_told() -> list[str]:
    return [row.recipient for row in OutboxRow.scan() if row.template == "jobs_posting_corrected"]
