"""The register desk on the web: what an officer sees, approves, refuses, reviews and takes back."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest

from lambdas import home
from lambdas.register_desk import app
from signet.accounts.model import Role
from signet.acts import audit
from signet.proposals import actions, alone, store
from signet.proposals.model import Officer, Proposal, State
from signet.publish.proposed import PageComparison
from signet.register import actions as register
from tests.complaint_desk import FAR
from tests.entries import POLICY
from tests.events import Answered, ask, get, post
from tests.people import Person
from tests.proposal_office import (
    MEMBER,
    NOW,
    OTHER,
    TODAY,
    entered,
    entries_of,
    join,
    new,
    officer,
    person,
    proposal_tables,
    proposing,
    shell,
    status_of,
)

__all__ = ["proposal_tables", "proposing", "shell"]
pytestmark = pytest.mark.usefixtures("proposing")
DESK = "/services/register/"
RECORD = f"{DESK}records/member/{MEMBER}/"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (app, home.app):
        monkeypatch.setattr(one, "clock", lambda: NOW)


def signed(*roles: Role, email: str = "ben@example.com", member: str | None = None) -> Person:
    return person(*(roles or (Role.REGISTER_OFFICER,)), email=email, member=member, now=FAR)


def acting(who: Person) -> Officer:
    compare = PageComparison(POLICY, TODAY)
    return officer(who.account)._replace(difference=compare)


def page(who: Person, target: str) -> Answered:
    return ask(app, get(target, session=who.token))


def send(who: Person, target: str, form: Any = None, act: str = "") -> Answered:
    return ask(app, post(target, form, act=act or secrets.token_hex(16), session=who.token))


def proposed(by: Person, **said: Any) -> Proposal:
    return actions.get(actions.propose(acting(by), new(**said)))


@pytest.fixture
def ana() -> Person:
    return signed(Role.REGISTRAR, email="ana@example.com")


@pytest.fixture
def ben() -> Person:
    return signed()


def hash_in(text: str) -> str:
    found = re.search(r'name="hash" value="([0-9a-f]{64})"', text)
    assert found
    return found[1]


def test_an_approver_sees_whom_why_and_what_the_public_will_see_and_approves_it(
    ana: Person, ben: Person
) -> None:
    proposal = proposed(ana, evidence="Minutes of 2 November")
    listed = page(ben, DESK)
    assert "Ana Lee" in listed.text.partition("Waiting for another officer")[0]
    one = f"{DESK}proposals/{proposal.id}/"
    shown = page(ben, one)
    for told in (
        "Ana Lee",
        "Council, motion 12",
        "Minutes of 2 November",
        "ana@example.com",
        "Permitted to practise since",
        "Not permitted to practise since 24 November 2040",
        "Suspended",
    ):
        assert told in shown.text, told
    assert send(ben, f"{one}approve", {"hash": hash_in(shown.text)}).location.endswith("approved")
    assert status_of() == "suspended"
    assert [line.what for line in audit.trail(f"proposal#{proposal.id}")].count(
        "proposal-seen"
    ) == 1


def test_who_proposed_sees_no_button_to_approve_and_can_withdraw(ana: Person, ben: Person) -> None:
    proposal = proposed(ana)
    one = f"{DESK}proposals/{proposal.id}/"
    shown = page(ana, one).text
    assert "Approve and enter" not in shown
    assert "ben@example.com" in shown, "who can approve it"
    assert send(ana, f"{one}approve", {"hash": proposal.head.hash}).status == 403
    assert send(ben, f"{one}withdraw").status == 403
    assert send(ana, f"{one}withdraw").status == 303
    assert actions.get(proposal.id).state is State.WITHDRAWN


def test_two_tabs_and_a_repeated_post_enter_once(ana: Person, ben: Person) -> None:
    proposal = proposed(ana)
    one = f"{DESK}proposals/{proposal.id}/approve"
    form, act = {"hash": proposal.head.hash}, secrets.token_hex(16)
    first, again = (send(ben, one, form, act).status for _ in range(2))
    other_tab = send(ben, one, form)
    assert (first, again, other_tab.status) == (303, 303, 409)
    assert "nothing more can be done" in other_tab.text
    assert len([entry for entry in entries_of() if entry.kind == "status_changed"]) == 1


def test_a_refusal_needs_its_reason_and_the_proposer_reads_it(ana: Person, ben: Person) -> None:
    proposal = proposed(ana)
    one = f"{DESK}proposals/{proposal.id}/"
    empty = send(ben, f"{one}refuse/", {"reason": " "})
    assert empty.status == 422
    assert send(ben, f"{one}refuse/", {"reason": "Another Ana Lee is meant"}).status == 303
    assert "Another Ana Lee is meant" in page(ana, one).text
    assert status_of() == "registered"


def test_whom_it_is_about_never_sees_it_nor_their_own_record(ana: Person) -> None:
    proposal = proposed(ana)
    respondent = signed(email="lee@example.com", member=MEMBER)
    assert proposal.id not in page(respondent, DESK).text
    assert page(respondent, f"{DESK}proposals/{proposal.id}/").status == 404
    assert page(respondent, RECORD).status == 403
    form = {"reason": "I am right"}
    assert send(respondent, f"{DESK}proposals/{proposal.id}/refuse/", form).status in (403, 404)


def test_an_outdated_proposal_says_so_and_is_proposed_again(ana: Person, ben: Person) -> None:
    proposal = proposed(ana)
    entered("moved", {"city": "Olds"})
    assert "Out of date" in page(ben, DESK).text
    one = f"{DESK}proposals/{proposal.id}/"
    shown = page(ben, one).text
    assert "Approve and enter" not in shown
    told = send(ben, f"{one}approve", {"hash": proposal.head.hash})
    assert told.status == 409
    assert "changed since this was proposed" in told.text
    again = send(ben, f"{one}again")
    assert again.status == 303
    made = again.location.split("/")[-2]
    send(ana, f"{DESK}proposals/{made}/approve", {"hash": actions.get(made).head.hash})
    assert status_of() == "suspended"


def test_an_emergency_is_entered_at_once_listed_and_reviewed_by_another(
    ana: Person, ben: Person
) -> None:
    form = {
        "kind": "status_changed",
        "status": "suspended",
        "cause": "discipline",
        "effective_on": TODAY.isoformat(),
        "authority": "Registrar, G 46",
        "emergency": "yes",
    }
    missing = send(ana, f"{RECORD}enter/", form)
    assert missing.status == 422
    assert status_of() == "registered"
    done = send(ana, f"{RECORD}enter/", form | {"why": "A collapse on site"})
    assert done.status == 303
    assert status_of() == "suspended"
    assert "A collapse on site" in page(ben, DESK).text
    (waiting,) = store.listed(store.REVIEW)
    one = f"{DESK}proposals/{waiting.id}/"
    assert send(ana, f"{one}review/", {"remark": "Mine"}).status == 403
    assert send(ben, f"{one}review/", {"remark": "The site report is there"}).status == 303
    assert "The site report is there" in page(ana, one).text


def test_an_entry_is_proposed_on_the_web_with_its_rules(ana: Person, ben: Person) -> None:
    form = {
        "kind": "status_changed",
        "status": "struck_off",
        "cause": "fees",
        "effective_on": TODAY.isoformat(),
        "authority": "Council, motion 12",
    }
    refused = send(ana, f"{RECORD}enter/", form)
    assert refused.status == 409
    assert "STA-2" in refused.text
    assert 'value="Council, motion 12"' in refused.text, "what was typed is kept"
    done = send(ana, f"{RECORD}enter/", form | {"direction": "Council, motion 12"})
    assert done.status == 303
    assert status_of() == "registered"
    made = done.location.split("/")[-2]
    send(ben, f"{DESK}proposals/{made}/approve", {"hash": actions.get(made).head.hash})
    assert status_of() == "struck_off"


def test_an_entry_is_taken_back_on_the_web(ana: Person, ben: Person) -> None:
    (wrong,) = entered("status_changed", {"status": "suspended", "reason": "fees"})
    record = page(ana, RECORD).text
    assert f"take-back/?entry={wrong.id}" in record
    asked = page(ana, f"{RECORD}take-back/?entry={wrong.id}").text
    assert re.search(rf'value="{wrong.id}" checked', asked)
    form = {"entries": wrong.id, "authority": "Registrar", "reason": "Another Ana Lee"}
    done = send(ana, f"{RECORD}take-back/", form)
    made = done.location.split("/")[-2]
    assert status_of() == "suspended"
    send(ben, f"{DESK}proposals/{made}/approve", {"hash": actions.get(made).head.hash})
    assert status_of() == "registered"
    assert "Corrected by a later entry" in page(ana, RECORD).text


def test_a_record_is_found_by_its_number_and_an_unknown_number_says_so(ana: Person) -> None:
    assert page(ana, f"{DESK}find?number={MEMBER}").location == RECORD
    unknown = page(ana, f"{DESK}find?number=999999")
    assert "No record has this number" in page(ana, unknown.location).text


def test_what_is_sealed_is_only_counted_here(ana: Person, ben: Person) -> None:
    join(OTHER)
    ready = actions.prepare(
        acting(ana), "a" * 32, new(number=OTHER, source="complaint#x", sealed=True)
    )
    for change in ready.changes:
        change.row.save()
    text = page(ben, DESK).text
    assert "1 entry from complaints waits" in text
    assert OTHER not in text
    assert page(ben, f"{DESK}proposals/{ready.id}/").status == 404


def test_the_index_of_services_says_how_many_wait(ana: Person, ben: Person) -> None:
    assert "waiting." not in ask(home.app, get("/services/", session=ben.token)).text
    proposed(ana)
    alone.enter_alone(
        officer("command-line: root"),
        new(register.Proposal("moved", {"city": "Olds"}, TODAY), source="command-line"),
        "One officer today",
    )
    text = ask(home.app, get("/services/", session=ben.token)).text
    assert "1 waiting, 1 to review" in text
    member = signed(Role.CPD_OFFICER, email="cai@example.com")
    assert "1 waiting" not in ask(home.app, get("/services/", session=member.token)).text
